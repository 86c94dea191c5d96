package dev.octavo.serving;

import java.util.List;

/**
 * Counts what a predictor did since it was made.
 *
 * @param succeeded requests with outputs
 * @param failed requests whose run threw an exception
 * @param expired accepted requests whose deadline passed before they computed
 * @param cancelled accepted requests that were cancelled before they computed
 * @param refused requests that were not accepted
 * @param rows pictures of the successful requests
 * @param queueNanos sum of what successful requests waited
 * @param computeNanos sum of what successful requests took from their first run's begin to their last one's end
 * @param waitingRows pictures that wait now
 * @param runningRows pictures that compute now
 * @param batches runs by their number of rows, ascending
 */
public record PredictorStatistics(
        long succeeded,
        long failed,
        long expired,
        long cancelled,
        long refused,
        long rows,
        long queueNanos,
        long computeNanos,
        int waitingRows,
        int runningRows,
        List<BatchStatistics> batches) {
    /**
     * Counts runs of one size.
     *
     * @param rows of each of the runs
     * @param runs number of runs
     * @param computeNanos sum of their durations
     */
    public record BatchStatistics(int rows, long runs, long computeNanos) {}

    /** Copies the list. */
    public PredictorStatistics {
        batches = List.copyOf(batches);
    }
}
