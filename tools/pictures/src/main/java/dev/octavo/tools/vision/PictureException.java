package dev.octavo.tools.vision;

/** A picture cannot be read or written. The message names it and says what to do. */
public final class PictureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the message for the user. */
    public PictureException(String message) {
        super(message);
    }

    /** With the message for the user, and what went wrong below. */
    public PictureException(String message, Throwable cause) {
        super(message, cause);
    }
}
