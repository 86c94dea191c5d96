package dev.octavo.tools;

/** A network cannot be converted, or not in the way that was asked; the message names the network or configuration, and the place. */
public final class ConversionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConversionException(Exception cause) {
        super(cause.getMessage(), cause);
    }
}
