package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatBinary;
import java.lang.foreign.MemorySegment;

/** {@link FloatBinary}. */
final class ScalarFloatBinary extends ElementwiseKernel {
    private final FloatBinary spec;

    ScalarFloatBinary(FloatBinary spec) {
        super("f32-binary-scalar", spec.output(), spec.left(), spec.right());
        this.spec = spec;
    }

    @Override
    void element(MemorySegment memory, long target, long left, long right, int channel) {
        Elements.putReal(memory, target, apply(Elements.real(memory, left), Elements.real(memory, right)));
    }

    private float apply(float a, float b) {
        return switch (spec.function()) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MINIMUM -> a < b ? a : b;
            case MAXIMUM -> a > b ? a : b;
            case POWER -> (float) Math.pow(a, b);
            case REMAINDER -> a % b;
            case MODULO -> modulo(a, b);
            case EQUAL -> a == b ? 1 : 0;
            case LESS -> a < b ? 1 : 0;
            case LESS_OR_EQUAL -> a <= b ? 1 : 0;
            case PARAMETRIC_RELU -> a < 0 ? b * a : a;
        };
    }

    private static float modulo(float a, float b) {
        float remainder = a % b;
        return remainder != 0 && remainder < 0 != b < 0 ? remainder + b : remainder;
    }
}
