package dev.octavo.tools.progress;

/** What a conversion does, in this order; with layers that stay in float for what they cost, rounding twice. */
public enum ConversionStage {
    /** Rewrites the float network, before and after it is sampled: passes of so many. */
    REWRITING("rewriting the network"),
    /** Runs the float network for what no normalization tells: values, or images, of so many. */
    SAMPLING("sampling activations"),
    /** Finds out what activations look like, and chooses their ranges. */
    MEASURING("measuring activations"),
    /** Rounds weights: layers of so many. */
    ROUNDING("rounding weights"),
    /** Finds out what layers in integers cost, if some are to stay in float for that: layers of so many. */
    RANKING("ranking layers"),
    /** Writes down the integer operations. */
    LOWERING("writing operations"),
    /** Compares the model with the float network: inputs of so many. */
    CHECKING("checking the model");

    private final String description;

    ConversionStage(String description) {
        this.description = description;
    }

    /** In words, such as {@code rounding weights}. */
    public String description() {
        return description;
    }
}
