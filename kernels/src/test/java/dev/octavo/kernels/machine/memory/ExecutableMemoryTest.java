package dev.octavo.kernels.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutableMemoryTest {
    private static final Path MAPS = Path.of("/proc/self/maps");

    @BeforeEach
    void emittedCodeRunsHere() {
        try {
            PageMapping.bind();
        } catch (TierUnavailableException e) {
            assumeTrue(false, e.getMessage());
        }
    }

    /** {@code *first = second + third}. */
    private static byte[] adder() {
        Assembler code = new Assembler();
        code.add(Gpr.RSI, Gpr.RDX);
        code.mov(Memory.at(Gpr.RDI), Gpr.RSI);
        code.ret();
        return code.toByteArray();
    }

    @Test
    void codeRuns() throws TierUnavailableException {
        try (EmittedFunction function = EmittedFunction.load(adder(), "adder");
                Arena arena = Arena.ofConfined()) {
            MemorySegment sum = arena.allocate(ValueLayout.JAVA_LONG);
            function.call(sum.address(), 40, 2, 0);
            assertThat(sum.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(42);
        }
    }

    @Test
    void pagesAreNeverWritableAndExecutable() throws IOException, TierUnavailableException {
        try (ExecutableMemory memory = ExecutableMemory.load(adder(), "adder")) {
            assertThat(permissions(memory.entry().address())).isEqualTo("r-xp");
        }
    }

    @Test
    void pagesAreReturned() throws IOException, TierUnavailableException {
        ExecutableMemory memory = ExecutableMemory.load(adder(), "adder");
        long address = memory.entry().address();
        memory.close();
        memory.close();
        assertThat(permissions(address)).isNotEqualTo("r-xp");
    }

    @Test
    void perfMapNamesCode(@TempDir Path folder) throws IOException {
        Path map = folder.resolve("perf.map");
        PerfMap.append(map, 0x7f0012345000L, 4096, "u8s8-conv-7x64");
        PerfMap.append(map, 0x1000, 16, "b");
        assertThat(Files.readString(map)).isEqualTo("7f0012345000 1000 octavo:u8s8-conv-7x64\n1000 10 octavo:b\n");
    }

    /** Permissions of the mapping that holds an address, empty if there is none. */
    private static String permissions(long address) throws IOException {
        for (String line : Files.readAllLines(MAPS)) {
            String[] fields = line.split("[ -]", 4);
            if (Long.parseUnsignedLong(fields[0], 16) <= address && address < Long.parseUnsignedLong(fields[1], 16)) {
                return line.split(" ")[1];
            }
        }
        return "";
    }
}
