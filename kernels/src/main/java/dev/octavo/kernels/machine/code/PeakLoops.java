package dev.octavo.kernels.machine.code;

/** Emitted loops that do one thing only, so that the time they take is the least that a core needs for it. */
public interface PeakLoops extends AutoCloseable {
    /** Runs independent multiply-accumulates of bytes {@code repetitions} times. */
    void multiplyBytes(long repetitions);

    /** Returns the multiply-accumulates of one repetition of {@link #multiplyBytes}. */
    long byteMacs();

    /** Runs independent fused multiply-adds in single precision {@code repetitions} times. */
    void multiplyFloats(long repetitions);

    /** Returns the multiply-accumulates of one repetition of {@link #multiplyFloats}. */
    long floatMacs();

    /**
     * Loads a block {@code repetitions} times.
     *
     * @param address of its first byte
     * @param bytes a positive multiple of {@link #readStep}
     */
    void read(long repetitions, long address, long bytes);

    /** Returns the bytes that {@link #read} loads in one round of its loop. */
    long readStep();

    /** Calls code that returns at once. */
    void call();

    /** Unmaps the loops. */
    @Override
    void close();
}
