package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatProgram;
import dev.octavo.kernels.FloatProgram.Step;
import java.util.Arrays;
import java.util.List;

/** The steps of a {@link FloatProgram}, taken for a block of elements at a time: loops that the JVM can compile well. */
final class BlockProgram {
    /** Elements in a block. */
    static final int BLOCK = 128;

    /** Slots of a thread, grown to the largest program it met. */
    private static final ThreadLocal<float[][]> SLOTS = ThreadLocal.withInitial(() -> new float[0][]);

    private final FloatProgram program;
    private final int[] constants;
    private final List<Step> steps;

    BlockProgram(FloatProgram program) {
        this.program = program;
        this.constants = program.constants();
        this.steps = program.steps();
    }

    /** Returns this thread's slots, constants filled in; to be asked for at the start of each run. */
    float[][] slots() {
        float[][] slots = SLOTS.get();
        if (slots.length < program.slots()) {
            slots = new float[program.slots()][BLOCK];
            SLOTS.set(slots);
        }
        for (int i = 0; i < constants.length; i++) {
            Arrays.fill(slots[i], Float.intBitsToFloat(constants[i]));
        }
        return slots;
    }

    /** Where the elements of an input belong before {@link #run}. */
    float[] input(float[][] slots, int number) {
        return slots[constants.length + number];
    }

    /** Takes the steps for the first {@code count} elements, and returns where the results are. */
    float[] run(float[][] slots, int count) {
        for (int s = 0; s < steps.size(); s++) {
            Step step = steps.get(s);
            apply(step, slots[step.target()], slots[step.a()], slots[step.b()], slots[step.c()], count);
        }
        return slots[program.result()];
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
