package dev.octavo.kernels;

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

    /** The scale of a channel. */
    public float scale(int channel) {
        return scales.length == 1 ? scales[0] : scales[channel];
    }

    @Override
    public float[] scales() {
        return scales.clone();
    }
}
