package dev.octavo.tools.graph;

import java.util.Arrays;

/**
 * How the channels of a value relate to those of the network before passes rescaled them, or moved parts of them into
 * other layers: original = factor · value + offset. For those who compare the two.
 *
 * @param factors one per channel; 0 where a pass took the channel for constant
 * @param offsets as many
 */
public record ChannelTransform(float[] factors, float[] offsets) {
    /** Copies the arrays. */
    public ChannelTransform {
        factors = factors.clone();
        offsets = offsets.clone();
        if (factors.length != offsets.length) {
            throw new IllegalArgumentException(factors.length + " factors and " + offsets.length + " offsets");
        }
    }

    /** Nothing is changed. */
    public static ChannelTransform identity(int channels) {
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        return new ChannelTransform(ones, new float[channels]);
    }

    /** Number of channels. */
    public int channels() {
        return factors.length;
    }

    /** Whether nothing is changed. */
    public boolean isIdentity() {
        return equals(identity(channels()));
    }

    /** The original of what {@code inner} gives, which is divided by factors after offsets were taken from it. */
    public ChannelTransform after(ChannelTransform inner) {
        float[] allFactors = new float[factors.length];
        float[] allOffsets = new float[factors.length];
        for (int c = 0; c < factors.length; c++) {
            allFactors[c] = factors[c] * inner.factors[c];
            allOffsets[c] = factors[c] * inner.offsets[c] + offsets[c];
        }
        return new ChannelTransform(allFactors, allOffsets);
    }

    @Override
    public float[] factors() {
        return factors.clone();
    }

    @Override
    public float[] offsets() {
        return offsets.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelTransform transform
                && Arrays.equals(factors, transform.factors)
                && Arrays.equals(offsets, transform.offsets);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(factors) + Arrays.hashCode(offsets);
    }
}
