package dev.octavo.benchmarks.rivals;

/**
 * A network that is loaded and ready to run on an input that was set when it was opened. Inputs and outputs are allocated
 * once, so that {@link #run} costs what the runtime costs and no conversion.
 */
public interface Contender extends AutoCloseable {
    /** Runs the network once. */
    void run();

    /** The logits of the last run: [batch][class]. */
    float[] output();

    @Override
    void close();
}
