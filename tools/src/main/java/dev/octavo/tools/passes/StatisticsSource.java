package dev.octavo.tools.passes;

/** From where a conversion knows what activations look like. */
public sealed interface StatisticsSource {
    /** From the batch normalizations alone, propagated as moments: no forward pass. */
    record Analytic() implements StatisticsSource {}

    /**
     * From a forward pass of pictures that are computed, in which every normalized layer is brought back to the statistics
     * that its normalization knows.
     *
     * @param seed of the pictures
     * @param images number of pictures; 0 for as many as suit the network's input
     */
    record Synthetic(long seed, int images) implements StatisticsSource {
        /** Checks the number. */
        public Synthetic {
            if (images < 0) {
                throw new IllegalArgumentException(images + " images");
            }
        }
    }
}
