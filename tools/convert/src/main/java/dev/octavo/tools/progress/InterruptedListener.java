package dev.octavo.tools.progress;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Ends a conversion whose thread is interrupted. */
record InterruptedListener(ConversionListener listener) implements ConversionListener {
    @Override
    public void progressed(ConversionStage stage, int done, int total) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the conversion was interrupted while " + stage.description());
        }
        listener.progressed(stage, done, total);
    }

    @Override
    public void rewritten(String pass, Supplier<String> graph) {
        listener.rewritten(pass, graph);
    }
}
