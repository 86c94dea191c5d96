package dev.octavo.tools.data;

/** A picture or data set cannot be used; the message names the file, what is wrong with it, and what to do. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message for the person who supplied the file. */
    public DataException(String message) {
        super(message);
    }

    /** With a message for the person who supplied the file, and what was found first. */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
