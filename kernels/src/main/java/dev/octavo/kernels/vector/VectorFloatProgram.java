package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.INTS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.ORDER;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.octavo.kernels.FloatProgram;
import dev.octavo.kernels.FloatProgram.Step;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * A {@link FloatProgram} for each element; a unit is one piece of a {@link Traversal}. Each step is a loop of its own over a block
 * of elements, since a vector that outlived a method would be boxed.
 */
final class VectorFloatProgram implements Kernel {
    private static final int BLOCK = 256;
    private static final int BLOCK_BYTES = BLOCK * Float.BYTES;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

    private final String name;
    private final FloatProgram program;
    private final int[] constants;
    private final List<Step> steps;
    private final Traversal traversal;
    private final int views;

    /**
     * @param views the output, and the inputs
     */
    VectorFloatProgram(String operation, FloatProgram program, TensorView... views) {
        this.name = operation + "-" + LANES + "-vector" + Species.bits();
        this.program = program;
        this.constants = program.constants();
        this.steps = program.steps();
        this.traversal = Traversal.of(views);
        this.views = views.length;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int units() {
        return traversal.units();
    }

    @Override
    public long scratchBytes() {
        return (long) BLOCK_BYTES * program.slots();
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int i = 0; i < constants.length; i++) {
            fill(memory, scratch + (long) i * BLOCK_BYTES, Float.intBitsToFloat(constants[i]));
        }
        for (int unit = from; unit < to; unit++) {
            for (int start = 0; start < traversal.length(unit); start += BLOCK) {
                block(memory, scratch, unit, start, Math.min(BLOCK, traversal.length(unit) - start));
            }
        }
    }

    private void block(MemorySegment memory, long scratch, int unit, int start, int count) {
        for (int v = 1; v < views; v++) {
            long slot = scratch + (long) (constants.length + v - 1) * BLOCK_BYTES;
            long step = traversal.step(v);
            move(memory, traversal.offset(v, unit) + start * step, step, slot, Float.BYTES, count);
        }
        for (int s = 0; s < steps.size(); s++) {
            apply(memory, steps.get(s), scratch, count);
        }
        long step = traversal.step(0);
        long result = scratch + (long) program.result() * BLOCK_BYTES;
        move(memory, result, Float.BYTES, traversal.offset(0, unit) + start * step, step, count);
    }

    private static void fill(MemorySegment memory, long slot, float value) {
        FloatVector values = FloatVector.broadcast(FLOATS, value);
        for (int i = 0; i < BLOCK; i += LANES) {
            values.intoMemorySegment(memory, slot + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void move(MemorySegment memory, long from, long fromStep, long to, long toStep, int count) {
        int i = 0;
        if (fromStep == Float.BYTES && toStep == Float.BYTES) {
            for (; i <= count - LANES; i += LANES) {
                FloatVector.fromMemorySegment(FLOATS, memory, from + (long) i * Float.BYTES, ORDER)
                        .intoMemorySegment(memory, to + (long) i * Float.BYTES, ORDER);
            }
        }
        for (; i < count; i++) {
            memory.set(FLOAT, to + i * toStep, memory.get(FLOAT, from + i * fromStep));
        }
    }

    /** Whole vectors, of which the last may reach beyond {@code count} elements of a block. */
    private static void apply(MemorySegment memory, Step step, long scratch, int count) {
        long y = scratch + (long) step.target() * BLOCK_BYTES;
        long a = scratch + (long) step.a() * BLOCK_BYTES;
        long b = scratch + (long) step.b() * BLOCK_BYTES;
        long c = scratch + (long) step.c() * BLOCK_BYTES;
        // A loop for each operation: a vector that is chosen between operations would be boxed.
        switch (step.operation()) {
            case ADD -> add(memory, y, a, b, count);
            case SUBTRACT -> subtract(memory, y, a, b, count);
            case MULTIPLY -> multiply(memory, y, a, b, count);
            case DIVIDE -> divide(memory, y, a, b, count);
            case MINIMUM -> minimum(memory, y, a, b, count);
            case MAXIMUM -> maximum(memory, y, a, b, count);
            case SQUARE_ROOT -> squareRoot(memory, y, a, count);
            case FMA -> fma(memory, y, a, b, c, count);
            case AND -> and(memory, y, a, b, count);
            case OR -> or(memory, y, a, b, count);
            case XOR -> exclusiveOr(memory, y, a, b, count);
            case ADD_BITS -> addBits(memory, y, a, b, count);
            case SUBTRACT_BITS -> subtractBits(memory, y, a, b, count);
            case SHIFT_LEFT -> shiftLeft(memory, y, a, step.shift(), count);
            case SHIFT_RIGHT -> shiftRight(memory, y, a, step.shift(), count);
            case SELECT -> select(memory, y, a, b, c, count);
        }
    }

    private static FloatVector load(MemorySegment memory, long slot, int i) {
        return FloatVector.fromMemorySegment(FLOATS, memory, slot + (long) i * Float.BYTES, ORDER);
    }

    private static IntVector loadBits(MemorySegment memory, long slot, int i) {
        return IntVector.fromMemorySegment(INTS, memory, slot + (long) i * Float.BYTES, ORDER);
    }

    private static void add(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            load(memory, a, i).add(load(memory, b, i)).intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void subtract(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            load(memory, a, i).sub(load(memory, b, i)).intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void multiply(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            load(memory, a, i).mul(load(memory, b, i)).intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void divide(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            load(memory, a, i).div(load(memory, b, i)).intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void minimum(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector left = load(memory, a, i);
            FloatVector right = load(memory, b, i);
            right.blend(left, left.lt(right)).intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void maximum(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector left = load(memory, a, i);
            FloatVector right = load(memory, b, i);
            right.blend(left, right.lt(left)).intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void squareRoot(MemorySegment memory, long y, long a, int count) {
        for (int i = 0; i < count; i += LANES) {
            load(memory, a, i).sqrt().intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void fma(MemorySegment memory, long y, long a, long b, long c, int count) {
        for (int i = 0; i < count; i += LANES) {
            load(memory, a, i)
                    .fma(load(memory, b, i), load(memory, c, i))
                    .intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void and(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            loadBits(memory, a, i)
                    .and(loadBits(memory, b, i))
                    .intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void or(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            loadBits(memory, a, i)
                    .or(loadBits(memory, b, i))
                    .intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void exclusiveOr(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            loadBits(memory, a, i)
                    .lanewise(XOR, loadBits(memory, b, i))
                    .intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void addBits(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            loadBits(memory, a, i)
                    .add(loadBits(memory, b, i))
                    .intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void subtractBits(MemorySegment memory, long y, long a, long b, int count) {
        for (int i = 0; i < count; i += LANES) {
            loadBits(memory, a, i)
                    .sub(loadBits(memory, b, i))
                    .intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void shiftLeft(MemorySegment memory, long y, long a, int bits, int count) {
        for (int i = 0; i < count; i += LANES) {
            loadBits(memory, a, i).lanewise(LSHL, bits).intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void shiftRight(MemorySegment memory, long y, long a, int bits, int count) {
        for (int i = 0; i < count; i += LANES) {
            loadBits(memory, a, i).lanewise(ASHR, bits).intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }

    private static void select(MemorySegment memory, long y, long a, long b, long c, int count) {
        for (int i = 0; i < count; i += LANES) {
            IntVector negative = loadBits(memory, b, i);
            IntVector other = loadBits(memory, c, i);
            other.blend(negative, loadBits(memory, a, i).compare(LT, 0))
                    .intoMemorySegment(memory, y + (long) i * Float.BYTES, ORDER);
        }
    }
}
