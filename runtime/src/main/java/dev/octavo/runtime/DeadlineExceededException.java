package dev.octavo.runtime;

/** Says that a run did not end, or did not begin, before its deadline. The session or pool can be used again. */
public final class DeadlineExceededException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes an exception with a message for the caller of the run. */
    public DeadlineExceededException(String message) {
        super(message);
    }
}
