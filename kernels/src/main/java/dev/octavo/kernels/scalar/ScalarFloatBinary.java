package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatBinary;
import java.lang.foreign.MemorySegment;

/** Functions of a {@link FloatBinary} that have no steps. */
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
            case POWER -> (float) Math.pow(a, b);
            case REMAINDER -> a % b;
            case MODULO -> modulo(a, b);
            case EQUAL -> a == b ? 1 : 0;
            case LESS -> a < b ? 1 : 0;
            case LESS_OR_EQUAL -> a <= b ? 1 : 0;
            default -> throw new IllegalStateException(spec.function() + " has steps");
        };
    }

    private static float modulo(float a, float b) {
        float remainder = a % b;
        return remainder != 0 && remainder < 0 != b < 0 ? remainder + b : remainder;
    }
}
