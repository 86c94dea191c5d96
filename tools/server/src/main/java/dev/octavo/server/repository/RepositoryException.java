package dev.octavo.server.repository;

/** Tells that a model cannot be served; the message names the file and says what to do. */
public final class RepositoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Creates an exception. */
    public RepositoryException(String message) {
        super(message);
    }

    /** Creates an exception with what led to it. */
    public RepositoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
