package dev.octavo.serving;

import dev.octavo.runtime.SessionOptions;
import java.time.Duration;
import java.util.Optional;

/**
 * Says how a predictor queues and batches.
 *
 * @param session kernels and threads of each session; its batch is ignored
 * @param queueRows most rows (pictures) that may wait; what comes on top is refused. At least 1
 * @param timeout of requests that name none; zero for no limit
 * @param maxBatch most rows of one run, a power of two; 0 to measure which size pays
 * @param maxWait how long an idle thread may wait for a batch to fill; empty to measure what that may cost
 * @param listener is told of what happens, on the threads where it happens
 */
public record PredictorOptions(
        SessionOptions session,
        int queueRows,
        Duration timeout,
        int maxBatch,
        Optional<Duration> maxWait,
        PredictorListener listener) {
    /** Rows that wait by default. */
    public static final int DEFAULT_QUEUE_ROWS = 256;

    /** The largest batch that can be asked for. */
    public static final int LARGEST_BATCH = 64;

    /** Checks the ranges. */
    public PredictorOptions {
        if (queueRows < 1) {
            throw new IllegalArgumentException("a queue of " + queueRows + " rows accepts nothing");
        }
        if (maxBatch < 0 || maxBatch > LARGEST_BATCH || Integer.bitCount(maxBatch) > 1) {
            throw new IllegalArgumentException("the largest batch must be a power of two up to " + LARGEST_BATCH
                    + ", or 0 to measure it, not " + maxBatch);
        }
        if (timeout.isNegative() || maxWait.filter(Duration::isNegative).isPresent()) {
            throw new IllegalArgumentException("the timeout " + timeout + " or the wait " + maxWait + " is negative");
        }
    }

    /** Returns options that suit most models: best kernels, {@value #DEFAULT_QUEUE_ROWS} rows, measured batches, no timeout. */
    public static PredictorOptions defaults() {
        return new PredictorOptions(
                SessionOptions.defaults(),
                DEFAULT_QUEUE_ROWS,
                Duration.ZERO,
                0,
                Optional.empty(),
                PredictorListener.none());
    }

    /** Returns these options with other kernels or threads. */
    public PredictorOptions withSession(SessionOptions newSession) {
        return new PredictorOptions(newSession, queueRows, timeout, maxBatch, maxWait, listener);
    }

    /** Returns these options with room for other numbers of waiting rows. */
    public PredictorOptions withQueueRows(int newQueueRows) {
        return new PredictorOptions(session, newQueueRows, timeout, maxBatch, maxWait, listener);
    }

    /** Returns these options with another timeout for requests that name none. */
    public PredictorOptions withTimeout(Duration newTimeout) {
        return new PredictorOptions(session, queueRows, newTimeout, maxBatch, maxWait, listener);
    }

    /** Returns these options with another largest batch; 0 measures it. */
    public PredictorOptions withMaxBatch(int newMaxBatch) {
        return new PredictorOptions(session, queueRows, timeout, newMaxBatch, maxWait, listener);
    }

    /** Returns these options with another longest wait for a batch to fill. */
    public PredictorOptions withMaxWait(Duration newMaxWait) {
        return new PredictorOptions(session, queueRows, timeout, maxBatch, Optional.of(newMaxWait), listener);
    }

    /** Returns these options with another listener. */
    public PredictorOptions withListener(PredictorListener newListener) {
        return new PredictorOptions(session, queueRows, timeout, maxBatch, maxWait, newListener);
    }
}
