package dev.octavo.tools.json;

/** A JSON text is malformed or does not fit a record; the message names the text and the key. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message for the author of the text. */
    public JsonException(String message) {
        super(message);
    }

    /** With a message for the author of the text, and what was found first. */
    public JsonException(String message, Throwable cause) {
        super(message, cause);
    }
}
