package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.memory.EmittedFunction;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;

/**
 * What this CPU and its operating system offer, from CPUID and XGETBV (Intel SDM vol. 1, 14.3 and 15.2): a bit of CPUID alone
 * does not tell whether the system saves the registers.
 *
 * @param instructionSets the levels that can run; {@link InstructionSet#AVX_VNNI} also where only the EVEX form of its dot product
 *     exists
 * @param evexDotProducts whether 256-bit dot products must be EVEX-encoded
 * @param permutesBytes whether AVX512_VBMI is there
 * @param level1Bytes size of the L1 data cache
 * @param level2Bytes size of the L2 cache that a core sees
 */
record CpuFeatures(
        Set<InstructionSet> instructionSets,
        boolean evexDotProducts,
        boolean permutesBytes,
        int level1Bytes,
        int level2Bytes) {
    private static final int DEFAULT_LEVEL_1 = 32 << 10;
    private static final int DEFAULT_LEVEL_2 = 512 << 10;

    /** XCR0 bits of XMM and YMM state. */
    private static final int AVX_STATE = 0b110;
    /** XCR0 bits of mask registers, upper halves of ZMM0–15, and ZMM16–31. */
    private static final int AVX512_STATE = 0b1110_0000 | AVX_STATE;

    CpuFeatures {
        instructionSets = Set.copyOf(instructionSets);
    }

    /** Registers after CPUID. */
    private record Leaf(int eax, int ebx, int ecx, int edx) {
        boolean ebxBit(int bit) {
            return (ebx >> bit & 1) != 0;
        }

        boolean ecxBit(int bit) {
            return (ecx >> bit & 1) != 0;
        }
    }

    /** Runs the emitted stub. */
    static CpuFeatures detect() throws TierUnavailableException {
        String architecture = System.getProperty("os.arch");
        if (!architecture.equals("amd64")) {
            throw new TierUnavailableException("code is only emitted for amd64, not for " + architecture);
        }
        try (EmittedFunction stub = EmittedFunction.load(cpuidStub(), "cpuid");
                Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(20, 8);
            return new Probe(stub, result).features();
        }
    }

    private record Probe(EmittedFunction stub, MemorySegment result) {
        Leaf leaf(int leaf, int subleaf) {
            stub.call(result.address(), leaf, subleaf, 0);
            int[] words = result.toArray(ValueLayout.JAVA_INT);
            return new Leaf(words[0], words[1], words[2], words[3]);
        }

        int extendedControlRegister() {
            stub.call(result.address(), 0, 0, 1);
            return result.toArray(ValueLayout.JAVA_INT)[4];
        }

        CpuFeatures features() {
            EnumSet<InstructionSet> sets = EnumSet.noneOf(InstructionSet.class);
            int highest = leaf(0, 0).eax();
            Leaf basic = leaf(1, 0);
            boolean systemSavesState = basic.ecxBit(27);
            boolean permutesBytes = false;
            boolean evexDotProducts = false;
            if (highest >= 7 && systemSavesState) {
                int state = extendedControlRegister();
                Leaf extended = leaf(7, 0);
                Leaf more = extended.eax() >= 1 ? leaf(7, 1) : new Leaf(0, 0, 0, 0);
                boolean avx2 =
                        (state & AVX_STATE) == AVX_STATE && basic.ecxBit(28) && basic.ecxBit(12) && extended.ebxBit(5);
                boolean avx512 = avx2
                        && (state & AVX512_STATE) == AVX512_STATE
                        && extended.ebxBit(16)
                        && extended.ebxBit(17)
                        && extended.ebxBit(30)
                        && extended.ebxBit(31);
                if (avx2) {
                    sets.add(InstructionSet.AVX2);
                }
                boolean vexDotProducts = avx2 && (more.eax() >> 4 & 1) != 0;
                boolean wideDotProducts = avx512 && extended.ecxBit(11);
                if (vexDotProducts || wideDotProducts) {
                    sets.add(InstructionSet.AVX_VNNI);
                }
                if (wideDotProducts) {
                    sets.add(InstructionSet.AVX512_VNNI);
                }
                evexDotProducts = !vexDotProducts;
                permutesBytes = avx512 && extended.ecxBit(1);
            }
            int cacheLeaf = cacheLeaf(highest);
            return new CpuFeatures(
                    sets,
                    evexDotProducts,
                    permutesBytes,
                    cacheBytes(cacheLeaf, 1, DEFAULT_LEVEL_1),
                    cacheBytes(cacheLeaf, 2, DEFAULT_LEVEL_2));
        }

        /** Intel describes caches in leaf 4, AMD in leaf 8000001D with the same layout; 0 where neither exists. */
        private int cacheLeaf(int highest) {
            if (highest >= 4 && (leaf(4, 0).eax() & 31) != 0) {
                return 4;
            }
            int highestExtended = leaf(0x8000_0000, 0).eax();
            return Integer.compareUnsigned(highestExtended, 0x8000_001D) >= 0 ? 0x8000_001D : 0;
        }

        private int cacheBytes(int cacheLeaf, int level, int otherwise) {
            if (cacheLeaf == 0) {
                return otherwise;
            }
            for (int i = 0; i < 16; i++) {
                Leaf cache = leaf(cacheLeaf, i);
                int type = cache.eax() & 31;
                if (type == 0) {
                    return otherwise;
                }
                boolean holdsData = type != 2;
                if (holdsData && (cache.eax() >> 5 & 7) == level) {
                    int ways = (cache.ebx() >>> 22) + 1;
                    int partitions = (cache.ebx() >>> 12 & 0x3FF) + 1;
                    int line = (cache.ebx() & 0xFFF) + 1;
                    int sets = cache.ecx() + 1;
                    return ways * partitions * line * sets;
                }
            }
            return otherwise;
        }
    }

    /** {@code void f(int[5] result, leaf, subleaf, flag)}: CPUID to result[0..3] or, with a flag, XCR0 to result[4]. */
    private static byte[] cpuidStub() {
        Assembler code = new Assembler();
        Label control = new Label();
        code.push(Gpr.RBX);
        code.mov(Gpr.R8, Gpr.RDX);
        code.mov(Gpr.R9, Gpr.RCX);
        code.test(Gpr.R9, Gpr.R9);
        code.jump(Condition.NOT_EQUAL, control);
        code.mov(Gpr.RAX, Gpr.RSI);
        code.mov(Gpr.RCX, Gpr.R8);
        code.cpuid();
        code.movDword(Memory.at(Gpr.RDI), Gpr.RAX);
        code.movDword(Memory.at(Gpr.RDI, 4), Gpr.RBX);
        code.movDword(Memory.at(Gpr.RDI, 8), Gpr.RCX);
        code.movDword(Memory.at(Gpr.RDI, 12), Gpr.RDX);
        code.pop(Gpr.RBX);
        code.ret();
        code.bind(control);
        code.xor(Gpr.RCX, Gpr.RCX);
        code.xgetbv();
        code.movDword(Memory.at(Gpr.RDI, 16), Gpr.RAX);
        code.pop(Gpr.RBX);
        code.ret();
        return code.toByteArray();
    }
}
