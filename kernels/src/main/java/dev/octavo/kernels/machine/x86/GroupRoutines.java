package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VEXTRACTI128;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQA;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQU;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQU_STORE;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVD_STORE;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPACKUSWB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPADDUSB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPAND;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPAVGB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPCMPGTW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMADDUBSW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMAXSB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMAXSW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMAXUB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSHUFD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSLLW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSRAW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSRLW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSUBB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSUBUSB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSUBW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPTEST;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPXOR;

import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.memory.EmittedFunction;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Emitted loops of {@link WordGroups} over the steps of a block with some number of accumulators. A step is one vector of weights
 * per accumulator; its loads, as many vectors, hold for each word of a vector the sum of its positive weights and that of its
 * negative ones, as bytes.
 */
final class GroupRoutines {
    /** Steps of the largest group. */
    static final int LARGEST = 8;
    /** Ints of a group that {@link #group} writes: how many steps, then their numbers. */
    static final int GROUP_INTS = 1 + LARGEST;

    /** Steps that are tried for a group beyond those that join it: a bound on the time of planning. */
    private static final int MOST_REFUSED = 48;

    private static final int VECTOR = VectorWidth.YMM.bytes();
    private static final int INT = Integer.BYTES;

    /** Offsets of the constants. */
    private static final int ONES = 0;

    private static final int HIGH_BITS = VECTOR;
    private static final int LIMITS = 2 * VECTOR;
    private static final int RESULT = 3 * VECTOR;

    private static final @Nullable GroupRoutines[] LOADED = new GroupRoutines[5];

    private final int vectors;
    private final EmittedFunction halve;
    private final EmittedFunction loads;
    private final EmittedFunction group;
    private final EmittedFunction copy;
    private final EmittedFunction words;
    private final MemorySegment constants;

    private GroupRoutines(int vectors) throws TierUnavailableException {
        this.vectors = vectors;
        halve = EmittedFunction.load(halveLoop(), "halve-steps");
        loads = EmittedFunction.load(loadsLoop(), "load-steps");
        group = EmittedFunction.load(groupLoop(), "group-steps");
        copy = EmittedFunction.load(copyLoop(), "copy-steps");
        words = EmittedFunction.load(wordsLoop(), "words-of-steps");
        constants = Arena.global().allocate(4L * VECTOR, VECTOR);
        constants.asSlice(ONES, VECTOR).fill((byte) 1);
        constants.asSlice(HIGH_BITS, VECTOR).fill((byte) 0x80);
    }

    /** Returns the loops for blocks of 1 to 4 accumulators, which stay loaded as long as the JVM runs. */
    static synchronized GroupRoutines loaded(int vectors) {
        GroupRoutines present = LOADED[vectors];
        if (present == null) {
            try {
                present = new GroupRoutines(vectors);
            } catch (TierUnavailableException e) {
                throw new IllegalStateException("emitted code could run when the tier was created and now cannot", e);
            }
            LOADED[vectors] = present;
        }
        return present;
    }

    /** Bytes of a step. */
    int stepBytes() {
        return vectors * VECTOR;
    }

    /**
     * Halves the pairs of weights whose positive or negative sum exceeds a limit.
     *
     * @param from steps
     * @param to the steps with the greater halves; behind them, for each step with such a pair, one with the other halves
     * @param sources numbers of the steps that were halved, as int32
     * @return how many were
     */
    synchronized int halve(MemorySegment from, int steps, MemorySegment to, MemorySegment sources, int limit) {
        constants.asSlice(LIMITS, VECTOR).copyFrom(repeatedShort(limit));
        halve.call(
                from.address(),
                steps,
                to.address(),
                to.address() + (long) steps * stepBytes(),
                sources.address(),
                constants.address());
        return (int) ((constants.get(ValueLayout.JAVA_LONG, RESULT) - sources.address()) / INT);
    }

    private static MemorySegment repeatedShort(int value) {
        short[] values = new short[VECTOR / Short.BYTES];
        Arrays.fill(values, (short) value);
        return MemorySegment.ofArray(values);
    }

    /**
     * Sums the positive and the negative weights of each word.
     *
     * @param to loads of each step, divided by {@code 1 << shift} and rounded up
     * @param greatest an int32 per step, of whose bytes 0 and 2 the larger one is the greatest load
     * @param shift 0 or 1
     */
    void loads(MemorySegment from, int steps, MemorySegment to, MemorySegment greatest, int shift) {
        loads.call(from.address(), steps, to.address(), greatest.address(), shift, constants.address());
    }

    /**
     * Groups steps: the next one that is left, and of those after it each that fits, until there are {@link #LARGEST}. Of other
     * numbers than 8, 7, 4, 2 and 1 the last steps are left for later groups.
     *
     * @param loads of all steps
     * @param order numbers of steps, as int32; used up
     * @param groups as {@link #GROUP_INTS} ints each
     * @param limit of the sum of loads, at most 255
     * @return how many groups there are
     */
    synchronized int group(MemorySegment loads, MemorySegment order, int count, MemorySegment groups, int limit) {
        constants.asSlice(LIMITS, VECTOR).fill((byte) limit);
        group.call(
                loads.address(),
                order.address(),
                order.address() + (long) count * INT,
                groups.address(),
                0,
                constants.address());
        return (int) ((constants.get(ValueLayout.JAVA_LONG, RESULT) - groups.address()) / (GROUP_INTS * INT));
    }

    /**
     * Copies steps one behind the other.
     *
     * @param numbers of the steps to copy, as int32
     */
    void copy(MemorySegment from, MemorySegment numbers, int count, MemorySegment to) {
        copy.call(from.address(), numbers.address(), count, to.address());
    }

    /**
     * Copies steps as words: for each step and accumulator a vector of its first and third weights, then as many vectors of the
     * second and fourth.
     *
     * @param numbers of the steps to copy, as int32
     */
    void words(MemorySegment from, MemorySegment numbers, int count, MemorySegment to) {
        words.call(from.address(), numbers.address(), count, to.address());
    }

    private static VectorRegister ymm(int number) {
        return VectorRegister.ymm(number);
    }

    /** {@code positive} and {@code negative} sums of pairs of {@code weights} as words; registers 13 to 15 are constants. */
    private static void sums(Assembler code, VectorRegister positive, VectorRegister negative, VectorRegister weights) {
        VectorRegister ones = ymm(15);
        VectorRegister zero = ymm(14);
        code.emit(VPMADDUBSW, negative, ones, weights);
        code.emit(VPMAXSB, positive, weights, zero);
        code.emit(VPMADDUBSW, positive, ones, positive);
        // The sum of all less that of the positive ones: −128 has no positive counterpart among bytes.
        code.emit(VPSUBW, negative, positive, negative);
    }

    /** {@code f(from, steps, to, rest, sources, constants)}. */
    private byte[] halveLoop() {
        Assembler code = new Assembler();
        VectorRegister weights = ymm(0);
        VectorRegister positive = ymm(1);
        VectorRegister negative = ymm(2);
        VectorRegister rest = ymm(3);
        VectorRegister any = ymm(4);
        VectorRegister highBits = ymm(13);
        VectorRegister limits = ymm(12);
        code.emit(VPXOR, ymm(14), ymm(14), ymm(14));
        code.emit(VMOVDQU, ymm(15), Memory.at(Gpr.R9, ONES));
        code.emit(VMOVDQU, highBits, Memory.at(Gpr.R9, HIGH_BITS));
        code.emit(VMOVDQU, limits, Memory.at(Gpr.R9, LIMITS));
        code.xor(Gpr.RAX, Gpr.RAX);
        Label step = code.here();
        code.emit(VPXOR, any, any, any);
        for (int j = 0; j < vectors; j++) {
            code.emit(VMOVDQU, weights, Memory.at(Gpr.RDI, (long) j * VECTOR));
            sums(code, positive, negative, weights);
            code.emit(VPMAXSW, positive, positive, negative);
            code.emit(VPCMPGTW, positive, positive, limits);
            // Half of each weight, rounded up, is an average with zero as unsigned bytes see both.
            code.emit(VPXOR, rest, weights, highBits);
            code.emit(VPAVGB, rest, rest, highBits);
            code.emit(VPXOR, rest, rest, highBits);
            code.emit(VPSUBB, rest, weights, rest);
            code.emit(VPAND, rest, rest, positive);
            code.emit(VPSUBB, weights, weights, rest);
            code.emit(VMOVDQU_STORE, Memory.at(Gpr.RDX, (long) j * VECTOR), weights);
            code.emit(VMOVDQU_STORE, Memory.at(Gpr.RCX, (long) j * VECTOR), rest);
            code.emit(VPADDUSB, any, any, positive);
        }
        Label none = new Label();
        code.emit(VPTEST, any, any);
        code.jump(Condition.EQUAL, none);
        code.movDword(Memory.at(Gpr.R8), Gpr.RAX);
        code.add(Gpr.R8, INT);
        code.add(Gpr.RCX, stepBytes());
        code.bind(none);
        code.add(Gpr.RDI, stepBytes());
        code.add(Gpr.RDX, stepBytes());
        code.add(Gpr.RAX, 1);
        code.cmp(Gpr.RAX, Gpr.RSI);
        code.jump(Condition.NOT_EQUAL, step);
        code.mov(Memory.at(Gpr.R9, RESULT), Gpr.R8);
        code.vzeroupper();
        code.ret();
        return code.toByteArray();
    }

    /** {@code f(from, steps, to, greatest, shift, constants)}. */
    private byte[] loadsLoop() {
        Assembler code = new Assembler();
        VectorRegister weights = ymm(0);
        VectorRegister positive = ymm(1);
        VectorRegister negative = ymm(2);
        VectorRegister most = ymm(3);
        code.emit(VPXOR, ymm(14), ymm(14), ymm(14));
        code.emit(VMOVDQU, ymm(15), Memory.at(Gpr.R9, ONES));
        Label step = code.here();
        for (int j = 0; j < vectors; j++) {
            code.emit(VMOVDQU, weights, Memory.at(Gpr.RDI, (long) j * VECTOR));
            sums(code, positive, negative, weights);
            Label whole = new Label();
            code.test(Gpr.R8, Gpr.R8);
            code.jump(Condition.EQUAL, whole);
            for (VectorRegister sum : new VectorRegister[] {positive, negative}) {
                code.emit(VPSUBW, sum, ymm(14), sum);
                code.emit(VPSRAW, sum, sum, 1);
                code.emit(VPSUBW, sum, ymm(14), sum);
            }
            code.bind(whole);
            code.emit(VPACKUSWB, positive, positive, negative);
            code.emit(VMOVDQU_STORE, Memory.at(Gpr.RDX, (long) j * VECTOR), positive);
            if (j == 0) {
                code.emit(VMOVDQA, most, positive);
            } else {
                code.emit(VPMAXUB, most, most, positive);
            }
        }
        code.emit(VEXTRACTI128, weights.as(VectorWidth.XMM), most, 1);
        code.emit(VPMAXUB, most, most, weights);
        code.emit(VPSHUFD, weights, most, 0b00_00_11_10);
        code.emit(VPMAXUB, most, most, weights);
        code.emit(VPSHUFD, weights, most, 0b00_00_00_01);
        code.emit(VPMAXUB, most, most, weights);
        code.emit(VPSRLW, weights, most, 8);
        code.emit(VPMAXUB, most, most, weights);
        code.emit(VMOVD_STORE, Memory.at(Gpr.RCX), most.as(VectorWidth.XMM));
        code.add(Gpr.RDI, stepBytes());
        code.add(Gpr.RDX, stepBytes());
        code.add(Gpr.RCX, INT);
        code.dec(Gpr.RSI);
        code.jump(Condition.NOT_EQUAL, step);
        code.vzeroupper();
        code.ret();
        return code.toByteArray();
    }

    /** {@code f(loads, order, end of order, groups, -, constants)}; an order of −1 is a step that is in a group. */
    private byte[] groupLoop() {
        Assembler code = new Assembler();
        VectorRegister limits = ymm(15);
        VectorRegister over = ymm(14);
        VectorRegister excess = ymm(13);
        code.push(Gpr.RBX);
        code.sub(Gpr.RSP, LARGEST * Long.BYTES);
        code.emit(VMOVDQU, limits, Memory.at(Gpr.R9, LIMITS));
        Label leader = code.here();
        Label end = new Label();
        Label nextLeader = new Label();
        code.cmp(Gpr.RSI, Gpr.RDX);
        code.jump(Condition.EQUAL, end);
        code.movDword(Gpr.RAX, Memory.at(Gpr.RSI));
        code.cmp(Gpr.RAX, 0xFFFF_FFFFL >>> 1);
        code.jump(Condition.GREATER_OR_EQUAL, nextLeader);
        join(code, Gpr.RSI, true);
        // R8 counts the group's steps, RBX those that may still be refused, R10 goes through the candidates.
        code.mov(Gpr.R8, 1);
        code.mov(Gpr.RBX, MOST_REFUSED);
        code.lea(Gpr.R10, Memory.at(Gpr.RSI, INT));
        Label candidate = code.here();
        Label complete = new Label();
        Label nextCandidate = new Label();
        Label refused = new Label();
        code.cmp(Gpr.R10, Gpr.RDX);
        code.jump(Condition.GREATER_OR_EQUAL, complete);
        code.movDword(Gpr.RAX, Memory.at(Gpr.R10));
        code.cmp(Gpr.RAX, 0xFFFF_FFFFL >>> 1);
        code.jump(Condition.GREATER_OR_EQUAL, nextCandidate);
        code.imul(Gpr.R11, Gpr.RAX, stepBytes());
        code.add(Gpr.R11, Gpr.RDI);
        for (int j = 0; j < vectors; j++) {
            VectorRegister sum = ymm(vectors + j);
            code.emit(VPADDUSB, sum, ymm(j), Memory.at(Gpr.R11, (long) j * VECTOR));
            code.emit(VPSUBUSB, j == 0 ? over : excess, sum, limits);
            if (j > 0) {
                code.emit(VPADDUSB, over, over, excess);
            }
        }
        code.emit(VPTEST, over, over);
        code.jump(Condition.NOT_EQUAL, refused);
        join(code, Gpr.R10, false);
        code.add(Gpr.R8, 1);
        code.cmp(Gpr.R8, LARGEST);
        code.jump(Condition.EQUAL, complete);
        code.jump(nextCandidate);
        code.bind(refused);
        code.dec(Gpr.RBX);
        code.jump(Condition.EQUAL, complete);
        code.bind(nextCandidate);
        code.add(Gpr.R10, INT);
        code.jump(candidate);
        code.bind(complete);
        leaveOddSteps(code);
        code.movDword(Memory.at(Gpr.RCX), Gpr.R8);
        code.add(Gpr.RCX, GROUP_INTS * INT);
        code.bind(nextLeader);
        code.add(Gpr.RSI, INT);
        code.jump(leader);
        code.bind(end);
        code.mov(Memory.at(Gpr.R9, RESULT), Gpr.RCX);
        code.add(Gpr.RSP, LARGEST * Long.BYTES);
        code.pop(Gpr.RBX);
        code.vzeroupper();
        code.ret();
        return code.toByteArray();
    }

    /** Adds step RAX, which {@code at} points to in the order, to the group: as its first, or as its R8th. */
    private void join(Assembler code, Gpr at, boolean first) {
        if (first) {
            code.imul(Gpr.R11, Gpr.RAX, stepBytes());
            code.add(Gpr.R11, Gpr.RDI);
        }
        for (int j = 0; j < vectors; j++) {
            if (first) {
                code.emit(VMOVDQU, ymm(j), Memory.at(Gpr.R11, (long) j * VECTOR));
            } else {
                code.emit(VMOVDQA, ymm(j), ymm(vectors + j));
            }
        }
        if (first) {
            code.movDword(Memory.at(Gpr.RCX, INT), Gpr.RAX);
            code.mov(Memory.at(Gpr.RSP), at);
        } else {
            code.movDword(Memory.at(Gpr.RCX, Gpr.R8, INT, INT), Gpr.RAX);
            code.mov(Memory.at(Gpr.RSP, Gpr.R8, Long.BYTES, 0), at);
        }
        code.mov(Gpr.R11, -1L);
        code.movDword(Memory.at(at), Gpr.R11);
    }

    /** Gives steps back until R8 is 8, 7, 4, 2 or 1. */
    private static void leaveOddSteps(Assembler code) {
        Label done = new Label();
        Label give = code.here();
        for (int size : new int[] {8, 7, 4, 2, 1}) {
            code.cmp(Gpr.R8, size);
            code.jump(Condition.EQUAL, done);
        }
        code.dec(Gpr.R8);
        code.mov(Gpr.R11, Memory.at(Gpr.RSP, Gpr.R8, Long.BYTES, 0));
        code.movDword(Gpr.RAX, Memory.at(Gpr.RCX, Gpr.R8, INT, INT));
        code.movDword(Memory.at(Gpr.R11), Gpr.RAX);
        code.jump(give);
        code.bind(done);
    }

    /** {@code f(from, numbers, count, to)}. */
    private byte[] copyLoop() {
        Assembler code = new Assembler();
        Label step = code.here();
        stepAddress(code);
        for (int j = 0; j < vectors; j++) {
            code.emit(VMOVDQU, ymm(j), Memory.at(Gpr.RAX, (long) j * VECTOR));
            code.emit(VMOVDQU_STORE, Memory.at(Gpr.RCX, (long) j * VECTOR), ymm(j));
        }
        code.add(Gpr.RCX, stepBytes());
        code.dec(Gpr.RDX);
        code.jump(Condition.NOT_EQUAL, step);
        code.vzeroupper();
        code.ret();
        return code.toByteArray();
    }

    /** {@code f(from, numbers, count, to)}. */
    private byte[] wordsLoop() {
        Assembler code = new Assembler();
        Label step = code.here();
        stepAddress(code);
        for (int j = 0; j < vectors; j++) {
            code.emit(VMOVDQU, ymm(0), Memory.at(Gpr.RAX, (long) j * VECTOR));
            code.emit(VPSLLW, ymm(1), ymm(0), 8);
            code.emit(VPSRAW, ymm(1), ymm(1), 8);
            code.emit(VPSRAW, ymm(0), ymm(0), 8);
            code.emit(VMOVDQU_STORE, Memory.at(Gpr.RCX, (long) j * VECTOR), ymm(1));
            code.emit(VMOVDQU_STORE, Memory.at(Gpr.RCX, (long) (vectors + j) * VECTOR), ymm(0));
        }
        code.add(Gpr.RCX, 2L * stepBytes());
        code.dec(Gpr.RDX);
        code.jump(Condition.NOT_EQUAL, step);
        code.vzeroupper();
        code.ret();
        return code.toByteArray();
    }

    /** RAX becomes the address of the step whose number RSI points to, and RSI the next number's. */
    private void stepAddress(Assembler code) {
        code.movDword(Gpr.RAX, Memory.at(Gpr.RSI));
        code.imul(Gpr.RAX, Gpr.RAX, stepBytes());
        code.add(Gpr.RAX, Gpr.RDI);
        code.add(Gpr.RSI, INT);
    }
}
