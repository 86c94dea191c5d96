package dev.octavo.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A warm kernel allocates nothing, and gives the same bytes as before it was compiled. This is also how it shows that C2 failed to keep a vector in a register, which leaves
 * results right and speed at a tenth.
 */
class AllocationTest {
    private static final int CALLS = 1_000;

    /** C2 compiles in the background, after some ten thousand calls, and waits for its turn on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TestFactory
    Stream<DynamicTest> aWarmKernelAllocatesNothing() {
        return Tiers.underTest().stream().flatMap(tier -> {
            Map<String, KernelCase> byKernel = new HashMap<>();
            for (KernelCase test : KernelCases.all()) {
                if (test.small()) {
                    try (Arena arena = Arena.ofConfined()) {
                        Kernel kernel = tier.prepare(test.spec(), arena).orElseThrow();
                        byKernel.putIfAbsent(test.spec().getClass().getSimpleName() + " " + kernel.name(), test);
                    }
                }
            }
            return byKernel.entrySet().stream()
                    .map(entry -> DynamicTest.dynamicTest(
                            tier.name() + " " + entry.getKey(), () -> check(tier, entry.getValue())));
        });
    }

    private void check(KernelSet tier, KernelCase test) {
        try (Arena arena = Arena.ofConfined()) {
            Kernel kernel = tier.prepare(test.spec(), arena).orElseThrow();
            MemorySegment memory = test.memory().allocate(arena, kernel.scratchBytes());
            long scratch = test.memory().scratch();
            Instant end = Instant.now().plus(PATIENCE);
            long bytes;
            do {
                bytes = allocated(kernel, memory, scratch);
            } while (bytes != 0 && Instant.now().isBefore(end));
            assertThat(bytes)
                    .as("bytes in %d calls of %s for %s", CALLS, kernel.name(), test)
                    .isZero();
            KernelContractTest.check(tier, test);
        }
    }

    private long allocated(Kernel kernel, MemorySegment memory, long scratch) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            kernel.run(memory, scratch);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
