package dev.octavo.tools.options;

/** The two published ways of distilling images. */
public enum DistillationRecipe {
    /** ZeroQ as its authors published it. */
    ZEROQ(127.5, 1 / 5418.75, 0.5, 1e-4, 500, 0, false, false),
    /**
     * The variant that comes with an implementation of data-free quantization: images stay in the range of the input, each
     * normalization counts by the mean over its channels, and the descent ends when it has come close enough.
     */
    DFQ(127, 3 / 128.0, 0.1, 1e-7, 1000, 0.5, true, true);

    private final double middle;
    private final double step;
    private final double rate;
    private final double leastRate;
    private final int iterations;
    private final double enough;
    private final boolean clamps;
    private final boolean averagesChannels;

    DistillationRecipe(
            double middle,
            double step,
            double rate,
            double leastRate,
            int iterations,
            double enough,
            boolean clamps,
            boolean averagesChannels) {
        this.middle = middle;
        this.step = step;
        this.rate = rate;
        this.leastRate = leastRate;
        this.iterations = iterations;
        this.enough = enough;
        this.clamps = clamps;
        this.averagesChannels = averagesChannels;
    }

    /** The first value of an element, from a random level in [0, 254]. */
    public double noise(int level) {
        return (level - middle) * step;
    }

    /** The first rate of the descent. */
    public double rate() {
        return rate;
    }

    /** The least rate of the descent. */
    public double leastRate() {
        return leastRate;
    }

    /** Most iterations, as published. */
    public int iterations() {
        return iterations;
    }

    /** The loss per normalization, the input counted as one, at which the descent ends. */
    public double enough() {
        return enough;
    }

    /** Whether images stay in the range of the input. */
    public boolean clamps() {
        return clamps;
    }

    /** Whether a normalization counts by the mean over its channels, not by the mean over the images. */
    public boolean averagesChannels() {
        return averagesChannels;
    }
}
