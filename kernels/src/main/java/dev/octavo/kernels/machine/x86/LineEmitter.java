package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.work.EmittedKernel;
import dev.octavo.kernels.machine.work.Lines;
import dev.octavo.kernels.machine.work.Lines.Piece;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.work.WorkList.Item;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Emits an element-wise kernel: lines, vectors of a line, and the last, partial vector. */
final class LineEmitter {
    /** Position in the line, in elements; free for bodies that address with it. */
    static final Gpr INDEX = Gpr.RAX;

    /** One vector, for bodies that cannot store theirs as it is. */
    static final long SCRATCH_BYTES = 64;

    private LineEmitter() {}

    /** Writes the code for the next {@code count} elements of a line, at {@link #INDEX}. */
    interface Body {
        void emit(int count);
    }

    /**
     * Lines with the code for their vectors.
     *
     * @param advances bytes by which the body moves {@link WorkLoop#OUTPUT}, {@link WorkLoop#INPUT} and {@link WorkLoop#RESIDUAL}
     *     per element, 0 or missing if it addresses by {@link #INDEX}
     */
    record Part(Lines lines, List<Long> advances, Body body) {
        /** A body that addresses by {@link #INDEX}. */
        Part(Lines lines, Body body) {
            this(lines, List.of(), body);
        }
    }

    /** Code that serves pieces of one length and step. */
    private record Variant(int part, int length, List<Long> steps) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Variant variant
                    && part == variant.part
                    && length == variant.length
                    && steps.equals(variant.steps);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * part + length) + steps.hashCode();
        }
    }

    /**
     * Loads a kernel of up to two inputs.
     *
     * @param parts lines of the output, and of the inputs; parts of one body share its code
     * @param table address that the items carry in {@link WorkLoop#WEIGHTS}
     * @param lanes elements that a body takes at a time
     * @param scratchBytes that a body uses at {@link WorkLoop#SCRATCH}
     */
    static Kernel load(
            String name,
            List<Part> parts,
            long table,
            int lanes,
            long scratchBytes,
            Assembler code,
            Simd simd,
            ConstantPool pool,
            Arena arena)
            throws TierUnavailableException {
        WorkList work = new WorkList();
        List<Variant> variants = new ArrayList<>();
        List<Body> bodies = new ArrayList<>();
        for (Part part : parts) {
            Lines lines = part.lines;
            if (!bodies.contains(part.body)) {
                bodies.add(part.body);
            }
            for (Piece piece : lines.pieces()) {
                long[] beyond = lines.steps();
                for (int tensor = 0; tensor < part.advances.size(); tensor++) {
                    beyond[tensor] -= part.advances.get(tensor) * piece.length();
                }
                List<Long> steps = Arrays.stream(beyond).boxed().toList();
                Variant variant = new Variant(bodies.indexOf(part.body), piece.length(), steps);
                if (!variants.contains(variant)) {
                    variants.add(variant);
                }
                work.add(new Item(
                        at(piece.offsets(), 1),
                        at(piece.offsets(), 0),
                        at(piece.offsets(), 2),
                        table,
                        0,
                        piece.count(),
                        variants.indexOf(variant)));
            }
        }
        List<Runnable> emissions = new ArrayList<>();
        for (Variant variant : variants) {
            long[] steps = variant.steps.stream().mapToLong(Long::longValue).toArray();
            emissions.add(() -> line(code, simd, steps, variant.length, lanes, bodies.get(variant.part)));
        }
        WorkLoop.emit(code, pool.address(), emissions);
        return EmittedKernel.load(name, work, scratchBytes, code.toByteArray(), arena);
    }

    private static long at(long[] values, int index) {
        return index < values.length ? values[index] : 0;
    }

    private static void line(Assembler code, Simd simd, long[] steps, int length, int lanes, Body body) {
        int whole = length / lanes * lanes;
        int rest = length - whole;
        simd.storeMask(rest, INDEX);
        Label line = code.here();
        code.xor(INDEX, INDEX);
        if (whole > 0) {
            Label loop = code.here();
            body.emit(lanes);
            code.add(INDEX, lanes);
            if (whole > lanes) {
                code.cmp(INDEX, whole);
                code.jump(Condition.LESS, loop);
            }
        }
        if (rest > 0) {
            body.emit(rest);
        }
        WorkLoop.advance(code, WorkLoop.OUTPUT, steps[0]);
        WorkLoop.advance(code, WorkLoop.INPUT, at(steps, 1));
        WorkLoop.advance(code, WorkLoop.RESIDUAL, at(steps, 2));
        code.dec(WorkLoop.COUNT);
        code.jump(Condition.NOT_EQUAL, line);
    }
}
