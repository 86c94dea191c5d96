package dev.octavo.tools.graph;

/** A network cannot be imported, changed or lowered; the message names the file or node, and says what to do. */
public final class GraphException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message for the owner of the network. */
    public GraphException(String message) {
        super(message);
    }

    /** With a message for the owner of the network, and what was found first. */
    public GraphException(String message, Throwable cause) {
        super(message, cause);
    }
}
