package dev.octavo.runtime.format;

/**
 * Says that a model file is truncated, corrupt, beyond limits, or of a kind that this version cannot run; the message names the
 * file and the place.
 */
public final class ModelFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes an exception with a message for the person who supplied the file. */
    public ModelFormatException(String message) {
        super(message);
    }

    /** Makes an exception with a message for the person who supplied the file, and what was found first. */
    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
