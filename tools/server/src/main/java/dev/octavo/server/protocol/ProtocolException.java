package dev.octavo.server.protocol;

import java.time.Duration;

/** Tells a client what is wrong with its request, or why it is not served. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of fault it is; each transport has a code for it. */
    public enum Kind {
        /** The request is malformed, or not what the model takes. */
        INVALID,
        /** No or a wrong bearer token. */
        UNAUTHENTICATED,
        /** The server was not told to allow this. */
        FORBIDDEN,
        /** There is no such model, version or path. */
        NOT_FOUND,
        /** The path has another method. */
        METHOD,
        /** The body, or what comes out of it, is larger than a limit. */
        TOO_LARGE,
        /** The body did not arrive in time. */
        TOO_SLOW,
        /** The queue is full, or the server is ending; later it may work. */
        UNAVAILABLE,
        /** The deadline passed before the request could be computed. */
        DEADLINE,
        /** The server failed. */
        INTERNAL
    }

    private final Kind kind;
    private final Duration retryAfter;

    /** Creates a fault of which nothing suggests when it will be over. */
    public ProtocolException(Kind kind, String message) {
        this(kind, message, Duration.ZERO);
    }

    /** Creates a fault that will probably be over after some time. */
    public ProtocolException(Kind kind, String message, Duration retryAfter) {
        // What a client did wrong has no place in our code, and floods of it must be cheap.
        super(message, null, false, false);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /** Creates the fault of a malformed request. */
    public static ProtocolException invalid(String message) {
        return new ProtocolException(Kind.INVALID, message);
    }

    /** Returns what kind of fault it is. */
    public Kind kind() {
        return kind;
    }

    /** Returns when to try again; zero if nothing is known. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Returns the text for the client, never null. */
    public String text() {
        String message = getMessage();
        return message == null ? kind.name() : message;
    }
}
