package dev.octavo.serving;

/**
 * Is told what happens in a predictor, for metrics and traces. Calls come from many threads at once and delay requests
 * while they last; what they throw is ignored.
 */
public interface PredictorListener {
    /** How an accepted request ended. */
    enum Outcome {
        /** With its outputs. */
        SUCCEEDED,
        /** With an exception of the model's run. */
        FAILED,
        /** With its deadline, before it computed. */
        EXPIRED,
        /** By its caller, before it computed. */
        CANCELLED
    }

    /** Hears of a request that was not accepted. */
    default void refused(RefusedException.Reason reason) {}

    /**
     * Hears of a run of the model.
     *
     * @param rows pictures that it computed together
     * @param startNanos when it began, as {@link System#nanoTime} has it
     * @param nanos how long it took
     */
    default void ran(int rows, long startNanos, long nanos) {}

    /**
     * Hears of the end of an accepted request.
     *
     * @param rows pictures of the request
     * @param submitNanos when it was accepted, as {@link System#nanoTime} has it
     * @param queueNanos how long it waited for its first run, or until it was given up
     * @param computeNanos from the begin of its first run to the end of its last one; 0 if there was none
     */
    default void ended(Outcome outcome, int rows, long submitNanos, long queueNanos, long computeNanos) {}

    /** Returns the listener that ignores everything. */
    static PredictorListener none() {
        return new PredictorListener() {};
    }
}
