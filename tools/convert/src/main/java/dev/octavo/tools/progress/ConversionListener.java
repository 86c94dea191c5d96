package dev.octavo.tools.progress;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Receives the progress of a conversion, on the thread that asked for it. An exception that it throws ends the conversion. */
@FunctionalInterface
public interface ConversionListener {
    /**
     * Receives that a step begins or has ended.
     *
     * @param done steps of the stage that are done, from 0 to {@code total}
     * @param total steps of the stage, such as layers
     */
    void progressed(ConversionStage stage, int done, int total);

    /**
     * Receives the graph after a pass.
     *
     * @param pass its name
     * @param graph writes the graph, a line per node in the order in which they run, each with the node's name behind
     *     {@code #}
     */
    default void rewritten(String pass, Supplier<String> graph) {}

    /** Returns a listener that does nothing. */
    static ConversionListener none() {
        return (stage, done, total) -> {};
    }

    /**
     * Returns a listener that passes everything on to this one, and ends the conversion with a {@link CancellationException}
     * if the thread is interrupted; the thread stays so.
     */
    default ConversionListener untilInterrupted() {
        return new InterruptedListener(this);
    }
}
