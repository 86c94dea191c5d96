package dev.octavo.serving;

import java.time.Duration;

/**
 * Says how urgent one request is.
 *
 * @param timeout from the submission on; a request that has not begun to compute by then is given up. Zero for the
 *     predictor's own
 * @param priority from 1, served first, to {@link #LOWEST_PRIORITY}; equals are served in the order in which they came
 */
public record RequestOptions(Duration timeout, int priority) {
    /** The priority of requests that do not say. */
    public static final int NORMAL_PRIORITY = 2;

    /** The priority that is served last. */
    public static final int LOWEST_PRIORITY = 3;

    private static final RequestOptions NORMAL = new RequestOptions(Duration.ZERO, NORMAL_PRIORITY);

    /** Checks the ranges. */
    public RequestOptions {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("the timeout " + timeout + " is negative");
        }
        if (priority < 1 || priority > LOWEST_PRIORITY) {
            throw new IllegalArgumentException("priority " + priority + " is outside [1, " + LOWEST_PRIORITY + "]");
        }
    }

    /** Returns the options of a request that says nothing: the predictor's timeout, normal priority. */
    public static RequestOptions defaults() {
        return NORMAL;
    }

    /** Returns these options with another timeout. */
    public RequestOptions withTimeout(Duration newTimeout) {
        return new RequestOptions(newTimeout, priority);
    }

    /** Returns these options with another priority. */
    public RequestOptions withPriority(int newPriority) {
        return new RequestOptions(timeout, newPriority);
    }
}
