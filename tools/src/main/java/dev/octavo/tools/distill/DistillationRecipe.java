package dev.octavo.tools.distill;

/** The two published ways of distilling images. */
public enum DistillationRecipe {
    /** ZeroQ as its authors published it. */
    ZEROQ(0.5, 1e-4, 500, 0, false, false) {
        @Override
        double noise(int level) {
            return (level - 127.5) / 5418.75;
        }
    },
    /**
     * The variant that comes with an implementation of data-free quantization: images stay in the range of the input, each
     * normalization counts by the mean over its channels, and the descent ends when it has come close enough.
     */
    DFQ(0.1, 1e-7, 1000, 0.5, true, true) {
        @Override
        double noise(int level) {
            return (level - 127) / 128.0 * 3;
        }
    };

    private final double rate;
    private final double leastRate;
    private final int iterations;
    private final double enough;
    private final boolean clamps;
    private final boolean averagesChannels;

    DistillationRecipe(
            double rate, double leastRate, int iterations, double enough, boolean clamps, boolean averagesChannels) {
        this.rate = rate;
        this.leastRate = leastRate;
        this.iterations = iterations;
        this.enough = enough;
        this.clamps = clamps;
        this.averagesChannels = averagesChannels;
    }

    /** The first value of an element, from a random level in [0, 254]. */
    abstract double noise(int level);

    double rate() {
        return rate;
    }

    double leastRate() {
        return leastRate;
    }

    /** Most iterations, as published. */
    public int iterations() {
        return iterations;
    }

    /** The loss per normalization, the input counted as one, at which the descent ends. */
    double enough() {
        return enough;
    }

    boolean clamps() {
        return clamps;
    }

    boolean averagesChannels() {
        return averagesChannels;
    }
}
