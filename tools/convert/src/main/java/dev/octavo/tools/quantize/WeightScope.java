package dev.octavo.tools.quantize;

/** What shares a weight scale. */
public enum WeightScope {
    /** All weights of a layer. */
    TENSOR,
    /** Those of one output channel. */
    CHANNEL,
    /**
     * Those of one output channel, with scales that differ by powers of two: one multiplier for the layer, and a shift of
     * its own for each channel.
     */
    CHANNEL_POW2
}
