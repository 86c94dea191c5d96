package dev.octavo.tools.records;

/** Signals a text that is malformed or does not fit a record; the message names the text and the key. */
public final class RecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Creates an exception with a message for the author of the text. */
    public RecordException(String message) {
        super(message);
    }

    /** Creates an exception with a message for the author of the text, and its cause. */
    public RecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
