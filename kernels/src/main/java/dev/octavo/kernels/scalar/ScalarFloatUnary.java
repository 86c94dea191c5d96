package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link FloatUnary}; a unit is one row along the last dimension. */
final class ScalarFloatUnary implements Kernel {
    private final FloatUnary spec;
    private final TensorView input;
    private final TensorView output;

    ScalarFloatUnary(FloatUnary spec) {
        this.spec = spec;
        this.input = spec.input();
        this.output = spec.output();
    }

    @Override
    public String name() {
        return "f32-unary-scalar";
    }

    @Override
    public int units() {
        return Rows.count(output);
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        for (int row = from; row < to; row++) {
            long source = Rows.offset(input, row);
            long target = Rows.offset(output, row);
            for (int i = 0; i < Rows.length(output); i++) {
                float value = Elements.real(memory, source + i * Rows.step(input));
                Elements.putReal(memory, target + i * Rows.step(output), apply(value));
            }
        }
    }

    private float apply(float x) {
        float alpha = spec.alpha();
        float beta = spec.beta();
        return switch (spec.function()) {
            case CLIP -> Math.max(alpha, Math.min(x, beta));
            case LEAKY_RELU -> x < 0 ? alpha * x : x;
            case SIGMOID -> (float) (1 / (1 + Math.exp(-x)));
            case HARD_SIGMOID -> Math.max(0f, Math.min(1f, Math.fma(alpha, x, beta)));
            case HARD_SWISH -> x * Math.max(0f, Math.min(1f, Math.fma(1f / 6f, x, 0.5f)));
            case POWER -> (float) Math.pow(x, alpha);
        };
    }
}
