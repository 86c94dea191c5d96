package dev.octavo.tools.progress;

import java.util.concurrent.CancellationException;

/** Hears how far a conversion has come, on the thread that asked for it. An exception that it throws ends the conversion. */
@FunctionalInterface
public interface ConversionListener {
    /**
     * A step begins or has ended.
     *
     * @param done steps of the stage that are done, from 0 to {@code total}
     * @param total steps of the stage, such as layers
     */
    void progressed(ConversionStage stage, int done, int total);

    /** One that does nothing. */
    static ConversionListener none() {
        return (stage, done, total) -> {};
    }

    /**
     * The same, which ends the conversion with a {@link CancellationException} if the thread is interrupted; the thread
     * stays so.
     */
    default ConversionListener untilInterrupted() {
        return (stage, done, total) -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("the conversion was interrupted while " + stage.description());
            }
            progressed(stage, done, total);
        };
    }
}
