package dev.octavo.server.observe;

import dev.octavo.serving.PredictorListener;
import dev.octavo.serving.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes runs and requests in the trace event format, which Perfetto and {@code chrome://tracing} show. */
public final class TraceFile implements AutoCloseable {
    private final @Nullable LineWriter lines;
    private final long origin = System.nanoTime();

    private TraceFile(@Nullable LineWriter lines) {
        this.lines = lines;
    }

    /**
     * Opens a file, in place of what was in it.
     *
     * @param file empty for a trace that goes nowhere
     * @throws IOException if it cannot be opened
     */
    public static TraceFile open(Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return new TraceFile(null);
        }
        TraceFile trace = new TraceFile(new LineWriter(
                file.get(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
        trace.line("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[");
        return trace;
    }

    private void line(String line) {
        if (lines != null) {
            lines.write(line);
        }
    }

    /** Returns a listener that passes on what it hears, and traces it. */
    public PredictorListener tracing(String model, PredictorListener next) {
        if (lines == null) {
            return next;
        }
        return new PredictorListener() {
            @Override
            public void refused(RefusedException.Reason reason) {
                next.refused(reason);
            }

            @Override
            public void ran(int rows, long startNanos, long nanos) {
                next.ran(rows, startNanos, nanos);
                event(
                        model + " × " + rows,
                        "batch",
                        startNanos,
                        nanos,
                        Thread.currentThread().threadId());
            }

            @Override
            public void ended(Outcome outcome, int rows, long submitNanos, long queueNanos, long computeNanos) {
                next.ended(outcome, rows, submitNanos, queueNanos, computeNanos);
                String name = model + " " + outcome.name().toLowerCase(Locale.ROOT);
                event(name, "request", submitNanos, queueNanos + computeNanos, 0);
            }
        };
    }

    private void event(String name, String category, long start, long nanos, long thread) {
        line(String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"X\",\"ts\":%.3f,\"dur\":%.3f,\"pid\":1,\"tid\":%d},",
                name.replaceAll("[\"\\\\\\p{Cntrl}]", "?"),
                category,
                (start - origin) / 1e3,
                nanos / 1e3,
                thread));
    }

    @Override
    public void close() {
        if (lines != null) {
            // The last event ends with a comma, so one more has to follow.
            line("{\"name\":\"end\",\"ph\":\"i\",\"ts\":" + (System.nanoTime() - origin) / 1000
                    + ",\"pid\":1,\"tid\":0,\"s\":\"g\"}]}");
            lines.close();
        }
    }
}
