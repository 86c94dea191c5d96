package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;

/**
 * The inner part of a matrix product: {@code sums[r, c] = initial[r, c] + Σ_k row_r[k] · weights[k, c]} for up to four rows
 * and up to four vectors of columns, each sum one chain of fused multiply-adds over ascending k.
 *
 * <p>Each tile is one flat loop over the elements of all runs. As two nested loops the same tile reaches 91 instead of 99 %
 * of the FMA peak, because C2 then moves accumulators to the stack between the two.
 */
final class FloatTile {
    /** Rows of a tile. */
    static final int ROWS = 4;

    /**
     * Widest tile, in vectors: 16 accumulators with four weights and a factor need 21 registers; with the 16 that x86 has
     * below AVX-512, 12 accumulators with three weights and a factor fit.
     */
    static final int MOST_VECTORS = sixteenRegisters() ? 3 : 4;

    private static final long BYTES = FLOATS.vectorByteSize();
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

    private FloatTile() {}

    private static boolean sixteenRegisters() {
        return System.getProperty("os.arch").equals("amd64")
                && VectorShape.preferredShape().vectorBitSize() <= 256;
    }

    /**
     * Computes a tile.
     *
     * @param memory holds the rows, the table of their offsets, and the sums
     * @param rows table of offsets, with {@link #ROWS} valid entries from here on
     * @param single whether only the first of the rows is wanted; the others may be computed all the same
     * @param taps offsets of the runs, added to those of the rows
     * @param tap index of the first run
     * @param endTap index after the last run
     * @param runBytes length of each run
     * @param weights holds the weights, a row of {@code vectors} vectors for each k
     * @param weight offset of the first of them
     * @param initial holds the initial sums
     * @param firstInitial offset of those of the first row
     * @param initialStep bytes from one row's to the next; 0 if all rows share them
     * @param sums offset of the result, {@link #ROWS} rows of {@code vectors} vectors
     */
    static void compute(
            int vectors,
            MemorySegment memory,
            long rows,
            boolean single,
            long[] taps,
            int tap,
            int endTap,
            long runBytes,
            MemorySegment weights,
            long weight,
            MemorySegment initial,
            long firstInitial,
            long initialStep,
            long sums) {
        long row0 = PixelGrid.offset(memory, rows, 0);
        if (single && vectors == 4) {
            tile1x4(memory, row0, taps, tap, endTap, runBytes, weights, weight, initial, firstInitial, sums);
            return;
        }
        long row1 = PixelGrid.offset(memory, rows, 1);
        long row2 = PixelGrid.offset(memory, rows, 2);
        long row3 = PixelGrid.offset(memory, rows, 3);
        switch (vectors) {
            case 1 ->
                tile4x1(
                        memory,
                        row0,
                        row1,
                        row2,
                        row3,
                        taps,
                        tap,
                        endTap,
                        runBytes,
                        weights,
                        weight,
                        initial,
                        firstInitial,
                        initialStep,
                        sums);
            case 2 ->
                tile4x2(
                        memory,
                        row0,
                        row1,
                        row2,
                        row3,
                        taps,
                        tap,
                        endTap,
                        runBytes,
                        weights,
                        weight,
                        initial,
                        firstInitial,
                        initialStep,
                        sums);
            case 3 ->
                tile4x3(
                        memory,
                        row0,
                        row1,
                        row2,
                        row3,
                        taps,
                        tap,
                        endTap,
                        runBytes,
                        weights,
                        weight,
                        initial,
                        firstInitial,
                        initialStep,
                        sums);
            case 4 ->
                tile4x4(
                        memory,
                        row0,
                        row1,
                        row2,
                        row3,
                        taps,
                        tap,
                        endTap,
                        runBytes,
                        weights,
                        weight,
                        initial,
                        firstInitial,
                        initialStep,
                        sums);
            default -> throw new IllegalArgumentException(vectors + " vectors");
        }
    }

    private static void tile4x4(
            MemorySegment memory,
            long row0,
            long row1,
            long row2,
            long row3,
            long[] taps,
            int tap,
            int endTap,
            long runBytes,
            MemorySegment weights,
            long firstWeight,
            MemorySegment initial,
            long firstInitial,
            long initialStep,
            long sums) {
        long i0 = firstInitial;
        long i1 = firstInitial + initialStep;
        long i2 = firstInitial + 2 * initialStep;
        long i3 = firstInitial + 3 * initialStep;
        FloatVector s00 = FloatVector.fromMemorySegment(FLOATS, initial, i0, ORDER);
        FloatVector s01 = FloatVector.fromMemorySegment(FLOATS, initial, i0 + BYTES, ORDER);
        FloatVector s02 = FloatVector.fromMemorySegment(FLOATS, initial, i0 + 2 * BYTES, ORDER);
        FloatVector s03 = FloatVector.fromMemorySegment(FLOATS, initial, i0 + 3 * BYTES, ORDER);
        FloatVector s10 = FloatVector.fromMemorySegment(FLOATS, initial, i1, ORDER);
        FloatVector s11 = FloatVector.fromMemorySegment(FLOATS, initial, i1 + BYTES, ORDER);
        FloatVector s12 = FloatVector.fromMemorySegment(FLOATS, initial, i1 + 2 * BYTES, ORDER);
        FloatVector s13 = FloatVector.fromMemorySegment(FLOATS, initial, i1 + 3 * BYTES, ORDER);
        FloatVector s20 = FloatVector.fromMemorySegment(FLOATS, initial, i2, ORDER);
        FloatVector s21 = FloatVector.fromMemorySegment(FLOATS, initial, i2 + BYTES, ORDER);
        FloatVector s22 = FloatVector.fromMemorySegment(FLOATS, initial, i2 + 2 * BYTES, ORDER);
        FloatVector s23 = FloatVector.fromMemorySegment(FLOATS, initial, i2 + 3 * BYTES, ORDER);
        FloatVector s30 = FloatVector.fromMemorySegment(FLOATS, initial, i3, ORDER);
        FloatVector s31 = FloatVector.fromMemorySegment(FLOATS, initial, i3 + BYTES, ORDER);
        FloatVector s32 = FloatVector.fromMemorySegment(FLOATS, initial, i3 + 2 * BYTES, ORDER);
        FloatVector s33 = FloatVector.fromMemorySegment(FLOATS, initial, i3 + 3 * BYTES, ORDER);
        int t = tap;
        long k = taps[t];
        long end = k + runBytes;
        long weight = firstWeight;
        while (true) {
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, weights, weight, ORDER);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, weights, weight + BYTES, ORDER);
            FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, weights, weight + 2 * BYTES, ORDER);
            FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, weights, weight + 3 * BYTES, ORDER);
            weight += 4 * BYTES;
            FloatVector x0 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row0 + k));
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            s02 = x0.fma(w2, s02);
            s03 = x0.fma(w3, s03);
            FloatVector x1 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row1 + k));
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            s12 = x1.fma(w2, s12);
            s13 = x1.fma(w3, s13);
            FloatVector x2 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row2 + k));
            s20 = x2.fma(w0, s20);
            s21 = x2.fma(w1, s21);
            s22 = x2.fma(w2, s22);
            s23 = x2.fma(w3, s23);
            FloatVector x3 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row3 + k));
            s30 = x3.fma(w0, s30);
            s31 = x3.fma(w1, s31);
            s32 = x3.fma(w2, s32);
            s33 = x3.fma(w3, s33);
            k += Float.BYTES;
            if (k == end) {
                if (++t == endTap) {
                    break;
                }
                k = taps[t];
                end = k + runBytes;
            }
        }
        s00.intoMemorySegment(memory, sums, ORDER);
        s01.intoMemorySegment(memory, sums + BYTES, ORDER);
        s02.intoMemorySegment(memory, sums + 2 * BYTES, ORDER);
        s03.intoMemorySegment(memory, sums + 3 * BYTES, ORDER);
        s10.intoMemorySegment(memory, sums + 4 * BYTES, ORDER);
        s11.intoMemorySegment(memory, sums + 5 * BYTES, ORDER);
        s12.intoMemorySegment(memory, sums + 6 * BYTES, ORDER);
        s13.intoMemorySegment(memory, sums + 7 * BYTES, ORDER);
        s20.intoMemorySegment(memory, sums + 8 * BYTES, ORDER);
        s21.intoMemorySegment(memory, sums + 9 * BYTES, ORDER);
        s22.intoMemorySegment(memory, sums + 10 * BYTES, ORDER);
        s23.intoMemorySegment(memory, sums + 11 * BYTES, ORDER);
        s30.intoMemorySegment(memory, sums + 12 * BYTES, ORDER);
        s31.intoMemorySegment(memory, sums + 13 * BYTES, ORDER);
        s32.intoMemorySegment(memory, sums + 14 * BYTES, ORDER);
        s33.intoMemorySegment(memory, sums + 15 * BYTES, ORDER);
    }

    private static void tile4x3(
            MemorySegment memory,
            long row0,
            long row1,
            long row2,
            long row3,
            long[] taps,
            int tap,
            int endTap,
            long runBytes,
            MemorySegment weights,
            long firstWeight,
            MemorySegment initial,
            long firstInitial,
            long initialStep,
            long sums) {
        long i0 = firstInitial;
        long i1 = firstInitial + initialStep;
        long i2 = firstInitial + 2 * initialStep;
        long i3 = firstInitial + 3 * initialStep;
        FloatVector s00 = FloatVector.fromMemorySegment(FLOATS, initial, i0, ORDER);
        FloatVector s01 = FloatVector.fromMemorySegment(FLOATS, initial, i0 + BYTES, ORDER);
        FloatVector s02 = FloatVector.fromMemorySegment(FLOATS, initial, i0 + 2 * BYTES, ORDER);
        FloatVector s10 = FloatVector.fromMemorySegment(FLOATS, initial, i1, ORDER);
        FloatVector s11 = FloatVector.fromMemorySegment(FLOATS, initial, i1 + BYTES, ORDER);
        FloatVector s12 = FloatVector.fromMemorySegment(FLOATS, initial, i1 + 2 * BYTES, ORDER);
        FloatVector s20 = FloatVector.fromMemorySegment(FLOATS, initial, i2, ORDER);
        FloatVector s21 = FloatVector.fromMemorySegment(FLOATS, initial, i2 + BYTES, ORDER);
        FloatVector s22 = FloatVector.fromMemorySegment(FLOATS, initial, i2 + 2 * BYTES, ORDER);
        FloatVector s30 = FloatVector.fromMemorySegment(FLOATS, initial, i3, ORDER);
        FloatVector s31 = FloatVector.fromMemorySegment(FLOATS, initial, i3 + BYTES, ORDER);
        FloatVector s32 = FloatVector.fromMemorySegment(FLOATS, initial, i3 + 2 * BYTES, ORDER);
        int t = tap;
        long k = taps[t];
        long end = k + runBytes;
        long weight = firstWeight;
        while (true) {
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, weights, weight, ORDER);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, weights, weight + BYTES, ORDER);
            FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, weights, weight + 2 * BYTES, ORDER);
            weight += 3 * BYTES;
            FloatVector x0 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row0 + k));
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            s02 = x0.fma(w2, s02);
            FloatVector x1 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row1 + k));
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            s12 = x1.fma(w2, s12);
            FloatVector x2 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row2 + k));
            s20 = x2.fma(w0, s20);
            s21 = x2.fma(w1, s21);
            s22 = x2.fma(w2, s22);
            FloatVector x3 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row3 + k));
            s30 = x3.fma(w0, s30);
            s31 = x3.fma(w1, s31);
            s32 = x3.fma(w2, s32);
            k += Float.BYTES;
            if (k == end) {
                if (++t == endTap) {
                    break;
                }
                k = taps[t];
                end = k + runBytes;
            }
        }
        s00.intoMemorySegment(memory, sums, ORDER);
        s01.intoMemorySegment(memory, sums + BYTES, ORDER);
        s02.intoMemorySegment(memory, sums + 2 * BYTES, ORDER);
        s10.intoMemorySegment(memory, sums + 3 * BYTES, ORDER);
        s11.intoMemorySegment(memory, sums + 4 * BYTES, ORDER);
        s12.intoMemorySegment(memory, sums + 5 * BYTES, ORDER);
        s20.intoMemorySegment(memory, sums + 6 * BYTES, ORDER);
        s21.intoMemorySegment(memory, sums + 7 * BYTES, ORDER);
        s22.intoMemorySegment(memory, sums + 8 * BYTES, ORDER);
        s30.intoMemorySegment(memory, sums + 9 * BYTES, ORDER);
        s31.intoMemorySegment(memory, sums + 10 * BYTES, ORDER);
        s32.intoMemorySegment(memory, sums + 11 * BYTES, ORDER);
    }

    private static void tile4x2(
            MemorySegment memory,
            long row0,
            long row1,
            long row2,
            long row3,
            long[] taps,
            int tap,
            int endTap,
            long runBytes,
            MemorySegment weights,
            long firstWeight,
            MemorySegment initial,
            long firstInitial,
            long initialStep,
            long sums) {
        long i0 = firstInitial;
        long i1 = firstInitial + initialStep;
        long i2 = firstInitial + 2 * initialStep;
        long i3 = firstInitial + 3 * initialStep;
        FloatVector s00 = FloatVector.fromMemorySegment(FLOATS, initial, i0, ORDER);
        FloatVector s01 = FloatVector.fromMemorySegment(FLOATS, initial, i0 + BYTES, ORDER);
        FloatVector s10 = FloatVector.fromMemorySegment(FLOATS, initial, i1, ORDER);
        FloatVector s11 = FloatVector.fromMemorySegment(FLOATS, initial, i1 + BYTES, ORDER);
        FloatVector s20 = FloatVector.fromMemorySegment(FLOATS, initial, i2, ORDER);
        FloatVector s21 = FloatVector.fromMemorySegment(FLOATS, initial, i2 + BYTES, ORDER);
        FloatVector s30 = FloatVector.fromMemorySegment(FLOATS, initial, i3, ORDER);
        FloatVector s31 = FloatVector.fromMemorySegment(FLOATS, initial, i3 + BYTES, ORDER);
        int t = tap;
        long k = taps[t];
        long end = k + runBytes;
        long weight = firstWeight;
        while (true) {
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, weights, weight, ORDER);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, weights, weight + BYTES, ORDER);
            weight += 2 * BYTES;
            FloatVector x0 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row0 + k));
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            FloatVector x1 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row1 + k));
            s10 = x1.fma(w0, s10);
            s11 = x1.fma(w1, s11);
            FloatVector x2 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row2 + k));
            s20 = x2.fma(w0, s20);
            s21 = x2.fma(w1, s21);
            FloatVector x3 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row3 + k));
            s30 = x3.fma(w0, s30);
            s31 = x3.fma(w1, s31);
            k += Float.BYTES;
            if (k == end) {
                if (++t == endTap) {
                    break;
                }
                k = taps[t];
                end = k + runBytes;
            }
        }
        s00.intoMemorySegment(memory, sums, ORDER);
        s01.intoMemorySegment(memory, sums + BYTES, ORDER);
        s10.intoMemorySegment(memory, sums + 2 * BYTES, ORDER);
        s11.intoMemorySegment(memory, sums + 3 * BYTES, ORDER);
        s20.intoMemorySegment(memory, sums + 4 * BYTES, ORDER);
        s21.intoMemorySegment(memory, sums + 5 * BYTES, ORDER);
        s30.intoMemorySegment(memory, sums + 6 * BYTES, ORDER);
        s31.intoMemorySegment(memory, sums + 7 * BYTES, ORDER);
    }

    private static void tile4x1(
            MemorySegment memory,
            long row0,
            long row1,
            long row2,
            long row3,
            long[] taps,
            int tap,
            int endTap,
            long runBytes,
            MemorySegment weights,
            long firstWeight,
            MemorySegment initial,
            long firstInitial,
            long initialStep,
            long sums) {
        long i0 = firstInitial;
        long i1 = firstInitial + initialStep;
        long i2 = firstInitial + 2 * initialStep;
        long i3 = firstInitial + 3 * initialStep;
        FloatVector s00 = FloatVector.fromMemorySegment(FLOATS, initial, i0, ORDER);
        FloatVector s10 = FloatVector.fromMemorySegment(FLOATS, initial, i1, ORDER);
        FloatVector s20 = FloatVector.fromMemorySegment(FLOATS, initial, i2, ORDER);
        FloatVector s30 = FloatVector.fromMemorySegment(FLOATS, initial, i3, ORDER);
        int t = tap;
        long k = taps[t];
        long end = k + runBytes;
        long weight = firstWeight;
        while (true) {
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, weights, weight, ORDER);
            weight += BYTES;
            FloatVector x0 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row0 + k));
            s00 = x0.fma(w0, s00);
            FloatVector x1 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row1 + k));
            s10 = x1.fma(w0, s10);
            FloatVector x2 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row2 + k));
            s20 = x2.fma(w0, s20);
            FloatVector x3 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row3 + k));
            s30 = x3.fma(w0, s30);
            k += Float.BYTES;
            if (k == end) {
                if (++t == endTap) {
                    break;
                }
                k = taps[t];
                end = k + runBytes;
            }
        }
        s00.intoMemorySegment(memory, sums, ORDER);
        s10.intoMemorySegment(memory, sums + BYTES, ORDER);
        s20.intoMemorySegment(memory, sums + 2 * BYTES, ORDER);
        s30.intoMemorySegment(memory, sums + 3 * BYTES, ORDER);
    }

    private static void tile1x4(
            MemorySegment memory,
            long row0,
            long[] taps,
            int tap,
            int endTap,
            long runBytes,
            MemorySegment weights,
            long firstWeight,
            MemorySegment initial,
            long firstInitial,
            long sums) {
        FloatVector s00 = FloatVector.fromMemorySegment(FLOATS, initial, firstInitial, ORDER);
        FloatVector s01 = FloatVector.fromMemorySegment(FLOATS, initial, firstInitial + BYTES, ORDER);
        FloatVector s02 = FloatVector.fromMemorySegment(FLOATS, initial, firstInitial + 2 * BYTES, ORDER);
        FloatVector s03 = FloatVector.fromMemorySegment(FLOATS, initial, firstInitial + 3 * BYTES, ORDER);
        int t = tap;
        long k = taps[t];
        long end = k + runBytes;
        long weight = firstWeight;
        while (true) {
            FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, weights, weight, ORDER);
            FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, weights, weight + BYTES, ORDER);
            FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, weights, weight + 2 * BYTES, ORDER);
            FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, weights, weight + 3 * BYTES, ORDER);
            weight += 4 * BYTES;
            FloatVector x0 = FloatVector.broadcast(FLOATS, memory.get(FLOAT, row0 + k));
            s00 = x0.fma(w0, s00);
            s01 = x0.fma(w1, s01);
            s02 = x0.fma(w2, s02);
            s03 = x0.fma(w3, s03);
            k += Float.BYTES;
            if (k == end) {
                if (++t == endTap) {
                    break;
                }
                k = taps[t];
                end = k + runBytes;
            }
        }
        s00.intoMemorySegment(memory, sums, ORDER);
        s01.intoMemorySegment(memory, sums + BYTES, ORDER);
        s02.intoMemorySegment(memory, sums + 2 * BYTES, ORDER);
        s03.intoMemorySegment(memory, sums + 3 * BYTES, ORDER);
    }
}
