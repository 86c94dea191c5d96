package dev.octavo.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Accumulators leave as float: {@code (float) acc · scale}, one rounding each for the conversion and the product.
 *
 * @param scales one, or one per output channel
 */
public record Rescaling(float[] scales) implements Epilogue {
    /** Copies the argument. */
    public Rescaling {
        scales = scales.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Rescaling rescaling && Arrays.equals(scales, rescaling.scales);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(scales);
    }

    @Override
    public int scaleCount() {
        return scales.length;
    }

    @Override
    public float scale(int channel) {
        return scales.length == 1 ? scales[0] : scales[channel];
    }

    @Override
    public void check(TensorView output, boolean residual) {
        Checks.type(output, ElementType.FLOAT32);
        Checks.require(!residual, "a float output takes no residual");
        Checks.require(
                scales.length == 1 || scales.length == output.channels(), "%s scales for %s", scales.length, output);
    }

    @Override
    public float[] scales() {
        return scales.clone();
    }
}
