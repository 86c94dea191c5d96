package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatProgram;
import dev.octavo.kernels.FloatProgram.Step;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * A {@link FloatProgram} for each element; a unit is one row along the last dimension. Steps are taken for a block of elements at
 * a time, each a loop that the JVM can compile well.
 */
final class ScalarFloatProgram implements Kernel {
    private static final int BLOCK = 128;

    /** Slots of a thread, grown to the largest program it met. */
    private static final ThreadLocal<float[][]> SLOTS = ThreadLocal.withInitial(() -> new float[0][]);

    private final String name;
    private final FloatProgram program;
    private final int[] constants;
    private final List<Step> steps;
    private final TensorView output;
    private final TensorView[] inputs;

    ScalarFloatProgram(String name, FloatProgram program, TensorView output, TensorView... inputs) {
        this.name = name;
        this.program = program;
        this.constants = program.constants();
        this.steps = program.steps();
        this.output = output;
        this.inputs = inputs;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int units() {
        return Rows.count(output);
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        float[][] slots = slots();
        for (int i = 0; i < constants.length; i++) {
            Arrays.fill(slots[i], Float.intBitsToFloat(constants[i]));
        }
        for (int row = from; row < to; row++) {
            for (int start = 0; start < Rows.length(output); start += BLOCK) {
                block(memory, slots, row, start, Math.min(BLOCK, Rows.length(output) - start));
            }
        }
    }

    private float[][] slots() {
        float[][] slots = SLOTS.get();
        if (slots.length < program.slots()) {
            slots = new float[program.slots()][BLOCK];
            SLOTS.set(slots);
        }
        return slots;
    }

    private void block(MemorySegment memory, float[][] slots, int row, int start, int count) {
        for (int v = 0; v < inputs.length; v++) {
            float[] values = slots[constants.length + v];
            long step = Rows.step(inputs[v]);
            long place = Rows.offset(inputs[v], row) + start * step;
            for (int i = 0; i < count; i++) {
                values[i] = Elements.real(memory, place + i * step);
            }
        }
        for (int s = 0; s < steps.size(); s++) {
            Step step = steps.get(s);
            apply(step, slots[step.target()], slots[step.a()], slots[step.b()], slots[step.c()], count);
        }
        float[] results = slots[program.result()];
        long step = Rows.step(output);
        long place = Rows.offset(output, row) + start * step;
        for (int i = 0; i < count; i++) {
            Elements.putReal(memory, place + i * step, results[i]);
        }
    }

    private static void apply(Step step, float[] y, float[] a, float[] b, float[] c, int count) {
        switch (step.operation()) {
            case ADD -> add(y, a, b, count);
            case SUBTRACT -> subtract(y, a, b, count);
            case MULTIPLY -> multiply(y, a, b, count);
            case DIVIDE -> divide(y, a, b, count);
            case FMA -> multiplyAndAdd(y, a, b, c, count);
            case MINIMUM -> minimum(y, a, b, count);
            case MAXIMUM -> maximum(y, a, b, count);
            case SQUARE_ROOT -> squareRoot(y, a, count);
            case AND, OR, XOR, ADD_BITS, SUBTRACT_BITS -> combineBits(step.operation(), y, a, b, count);
            case SHIFT_LEFT -> shiftLeft(y, a, step.shift(), count);
            case SHIFT_RIGHT -> shiftRight(y, a, step.shift(), count);
            case SELECT -> select(y, a, b, c, count);
        }
    }

    private static void add(float[] y, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = a[i] + b[i];
        }
    }

    private static void subtract(float[] y, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = a[i] - b[i];
        }
    }

    private static void multiply(float[] y, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = a[i] * b[i];
        }
    }

    private static void divide(float[] y, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = a[i] / b[i];
        }
    }

    private static void multiplyAndAdd(float[] y, float[] a, float[] b, float[] c, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = Math.fma(a[i], b[i], c[i]);
        }
    }

    private static void minimum(float[] y, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = a[i] < b[i] ? a[i] : b[i];
        }
    }

    private static void maximum(float[] y, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = a[i] > b[i] ? a[i] : b[i];
        }
    }

    private static void squareRoot(float[] y, float[] a, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = (float) Math.sqrt(a[i]);
        }
    }

    private static void combineBits(FloatProgram.Operation operation, float[] y, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            int left = Float.floatToRawIntBits(a[i]);
            int right = Float.floatToRawIntBits(b[i]);
            int bits = switch (operation) {
                case AND -> left & right;
                case OR -> left | right;
                case XOR -> left ^ right;
                case ADD_BITS -> left + right;
                case SUBTRACT_BITS -> left - right;
                default -> throw new IllegalArgumentException(operation.toString());
            };
            y[i] = Float.intBitsToFloat(bits);
        }
    }

    private static void shiftLeft(float[] y, float[] a, int shift, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = Float.intBitsToFloat(Float.floatToRawIntBits(a[i]) << shift);
        }
    }

    private static void shiftRight(float[] y, float[] a, int shift, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = Float.intBitsToFloat(Float.floatToRawIntBits(a[i]) >> shift);
        }
    }

    private static void select(float[] y, float[] a, float[] b, float[] c, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = Float.floatToRawIntBits(a[i]) < 0 ? b[i] : c[i];
        }
    }
}
