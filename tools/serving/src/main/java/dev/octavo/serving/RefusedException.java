package dev.octavo.serving;

import java.time.Duration;

/** Tells that a predictor did not accept a request, or gave up an accepted one before it computed anything for it. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why a request was not served. */
    public enum Reason {
        /** Too many rows are waiting. */
        QUEUE_FULL,
        /** The rows that are waiting would keep the request past its deadline. */
        TOO_LATE,
        /** The deadline passed while the request waited. */
        EXPIRED,
        /** The predictor is closing, and accepts nothing more. */
        CLOSING
    }

    private final Reason reason;
    private final Duration retryAfter;

    RefusedException(Reason reason, Duration retryAfter, String message) {
        // Refusals are frequent exactly when there is no time to record where they came from.
        super(message, null, false, false);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** Returns why. */
    public Reason reason() {
        return reason;
    }

    /** Returns after how long the queue as it is now will have been worked off; zero if that says nothing. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
