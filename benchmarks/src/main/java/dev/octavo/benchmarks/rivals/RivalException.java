package dev.octavo.benchmarks.rivals;

/** A rival is not there, does not load a model, or fails to run it. */
public final class RivalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RivalException(String message) {
        super(message);
    }

    RivalException(String message, Throwable cause) {
        super(message, cause);
    }
}
