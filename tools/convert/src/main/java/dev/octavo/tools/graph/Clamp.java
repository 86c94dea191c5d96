package dev.octavo.tools.graph;

import java.util.Arrays;
import java.util.Optional;

/**
 * The activation fused into a layer: {@code max(low, min(x, high))}.
 *
 * @param low −∞ for none, 0 for a ReLU
 * @param high one, or one per output channel; +∞ for none
 */
public record Clamp(float low, float[] high) {
    /** No activation. */
    public static final Clamp NONE = of(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

    /** Copies the argument. */
    public Clamp {
        high = high.clone();
    }

    /** Returns a clamp with the same bounds for all channels. */
    public static Clamp of(float low, float high) {
        return new Clamp(low, new float[] {high});
    }

    /** The upper bound of a channel. */
    public float high(int channel) {
        return high.length == 1 ? high[0] : high[channel];
    }

    @Override
    public float[] high() {
        return high.clone();
    }

    /**
     * This and then another as one, which exists if what is left of the range is not empty.
     *
     * @param later of as many channels, or of all
     */
    public Optional<Clamp> then(Clamp later) {
        float lowest = Math.max(low, later.low);
        float[] highest = new float[Math.max(high.length, later.high.length)];
        for (int c = 0; c < highest.length; c++) {
            highest[c] = Math.min(high(c), later.high(c));
            if (!(lowest <= highest[c])) {
                return Optional.empty();
            }
        }
        return Optional.of(new Clamp(lowest, highest));
    }

    /** Whether nothing is clamped. */
    public boolean none() {
        return low == Float.NEGATIVE_INFINITY && !capped();
    }

    /** Whether some channel has a finite upper bound. */
    public boolean capped() {
        for (float h : high) {
            if (h != Float.POSITIVE_INFINITY) {
                return true;
            }
        }
        return false;
    }

    /** Whether no result is negative. */
    public boolean nonNegative() {
        return low >= 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Clamp clamp && low == clamp.low && Arrays.equals(high, clamp.high);
    }

    @Override
    public int hashCode() {
        return Float.hashCode(low) * 31 + Arrays.hashCode(high);
    }

    @Override
    public String toString() {
        return none() ? "none" : "[" + low + ", " + (high.length == 1 ? high[0] : Arrays.toString(high)) + "]";
    }
}
