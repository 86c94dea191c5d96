package dev.octavo.runtime.format;

/** A model file is truncated, corrupt, or of a kind that this version cannot run; the message names the file and the place. */
public final class ModelFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message for the person who supplied the file. */
    public ModelFormatException(String message) {
        super(message);
    }

    /** With a message for the person who supplied the file, and what was found first. */
    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
