package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VEXTRACTI128;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQU;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVD_STORE;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPADDD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMADDUBSW;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMADDWD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMAXSB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSHUFD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPXOR;

import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.memory.EmittedFunction;
import dev.octavo.kernels.machine.packing.WeightLoops;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The {@link WeightLoops} of x86, which need AVX2.
 */
final class WeightRoutines implements WeightLoops {
    /** A cache line of each row is then read once, however many rows lie in one set of the cache. */
    private static final int COLUMNS_OF_A_LINE = 16;

    private static final int TABLE_ENTRY_BYTES = 2 * Long.BYTES;
    private static final int RESULT_BYTES = 2 * Integer.BYTES;

    private final EmittedFunction gather;
    private final EmittedFunction sum;
    private final MemorySegment ones;

    private WeightRoutines() throws TierUnavailableException {
        gather = EmittedFunction.load(gatherLoop(), "pack-weights");
        sum = EmittedFunction.load(sumLoop(), "sum-weights");
        ones = Arena.global().allocate(2L * SUMMED_BYTES, SUMMED_BYTES);
        ones.asSlice(0, SUMMED_BYTES).fill((byte) 1);
        short[] words = new short[SUMMED_BYTES / Short.BYTES];
        Arrays.fill(words, (short) 1);
        MemorySegment.copy(words, 0, ones, ValueLayout.JAVA_SHORT, SUMMED_BYTES, words.length);
    }

    /** The loops, which stay loaded as long as the JVM runs. */
    static WeightRoutines loaded() {
        return Loaded.INSTANCE;
    }

    private static final class Loaded {
        static final WeightRoutines INSTANCE = load();

        private static WeightRoutines load() {
            try {
                return new WeightRoutines();
            } catch (TierUnavailableException e) {
                throw new IllegalStateException("emitted code could run when the tier was created and now cannot", e);
            }
        }
    }

    @Override
    public void gather(MemorySegment rows, MemorySegment places, MemorySegment columns, int count, long columnBytes) {
        gather.call(
                columns.address(),
                rows.address(),
                places.address(),
                places.address() + places.byteSize(),
                count,
                columnBytes);
    }

    @Override
    public void sum(MemorySegment rows, int count, long rowBytes, long bytes, MemorySegment results) {
        sum.call(
                rows.address(),
                rowBytes,
                results.address(),
                results.address() + (long) count * RESULT_BYTES,
                bytes,
                ones.address());
    }

    /** {@code f(columns, rows, places, end of places, count, column bytes)}. */
    private static byte[] gatherLoop() {
        Assembler code = new Assembler();
        code.push(Gpr.RBX);
        gatherColumns(code, COLUMNS_OF_A_LINE);
        gatherColumns(code, 1);
        code.pop(Gpr.RBX);
        code.ret();
        return code.toByteArray();
    }

    /** As long as so many columns are left, goes through all rows once and takes as many elements of each. */
    private static void gatherColumns(Assembler code, int columns) {
        Label group = code.here();
        Label end = new Label();
        code.cmp(Gpr.R8, columns);
        code.jump(Condition.LESS, end);
        code.mov(Gpr.R10, Gpr.RDX);
        Label row = code.here();
        code.mov(Gpr.R11, Memory.at(Gpr.R10));
        code.add(Gpr.R11, Gpr.RSI);
        code.mov(Gpr.RAX, Memory.at(Gpr.R10, Long.BYTES));
        code.add(Gpr.RAX, Gpr.RDI);
        for (int column = 0; column < columns; column++) {
            code.movDword(Gpr.RBX, Memory.at(Gpr.R11, (long) column * Integer.BYTES));
            code.movDword(Memory.at(Gpr.RAX), Gpr.RBX);
            code.add(Gpr.RAX, Gpr.R9);
        }
        code.add(Gpr.R10, TABLE_ENTRY_BYTES);
        code.cmp(Gpr.R10, Gpr.RCX);
        code.jump(Condition.NOT_EQUAL, row);
        code.add(Gpr.RSI, (long) columns * Integer.BYTES);
        for (int column = 0; column < columns; column++) {
            code.add(Gpr.RDI, Gpr.R9);
        }
        code.add(Gpr.R8, -columns);
        code.jump(group);
        code.bind(end);
    }

    /** {@code f(rows, row bytes, results, end of results, summed bytes, ones)}. */
    private static byte[] sumLoop() {
        Assembler code = new Assembler();
        VectorRegister all = VectorRegister.ymm(0);
        VectorRegister positive = VectorRegister.ymm(1);
        VectorRegister zero = VectorRegister.ymm(2);
        VectorRegister oneBytes = VectorRegister.ymm(3);
        VectorRegister oneWords = VectorRegister.ymm(4);
        VectorRegister weights = VectorRegister.ymm(5);
        VectorRegister words = VectorRegister.ymm(6);
        code.emit(VPXOR, zero, zero, zero);
        code.emit(VMOVDQU, oneBytes, Memory.at(Gpr.R9));
        code.emit(VMOVDQU, oneWords, Memory.at(Gpr.R9, SUMMED_BYTES));
        Label row = code.here();
        code.emit(VPXOR, all, all, all);
        code.emit(VPXOR, positive, positive, positive);
        code.mov(Gpr.RAX, Gpr.RDI);
        code.lea(Gpr.R10, Memory.at(Gpr.RDI, Gpr.R8, 1, 0));
        Label next = code.here();
        code.emit(VMOVDQU, weights, Memory.at(Gpr.RAX));
        code.emit(VPMADDUBSW, words, oneBytes, weights);
        code.emit(VPMADDWD, words, words, oneWords);
        code.emit(VPADDD, all, all, words);
        code.emit(VPMAXSB, weights, weights, zero);
        code.emit(VPMADDUBSW, words, oneBytes, weights);
        code.emit(VPMADDWD, words, words, oneWords);
        code.emit(VPADDD, positive, positive, words);
        code.add(Gpr.RAX, SUMMED_BYTES);
        code.cmp(Gpr.RAX, Gpr.R10);
        code.jump(Condition.NOT_EQUAL, next);
        storeSum(code, Memory.at(Gpr.RDX), 0, 6);
        storeSum(code, Memory.at(Gpr.RDX, Integer.BYTES), 1, 6);
        code.add(Gpr.RDI, Gpr.RSI);
        code.add(Gpr.RDX, RESULT_BYTES);
        code.cmp(Gpr.RDX, Gpr.RCX);
        code.jump(Condition.NOT_EQUAL, row);
        code.vzeroupper();
        code.ret();
        return code.toByteArray();
    }

    /** Adds the eight lanes of a register up. */
    private static void storeSum(Assembler code, Memory result, int register, int temporary) {
        VectorRegister sum = VectorRegister.xmm(register);
        VectorRegister other = VectorRegister.xmm(temporary);
        code.emit(VEXTRACTI128, other, VectorRegister.ymm(register), 1);
        code.emit(VPADDD, sum, sum, other);
        code.emit(VPSHUFD, other, sum, 0b00_00_11_10);
        code.emit(VPADDD, sum, sum, other);
        code.emit(VPSHUFD, other, sum, 0b00_00_00_01);
        code.emit(VPADDD, sum, sum, other);
        code.emit(VMOVD_STORE, result, sum);
    }
}
