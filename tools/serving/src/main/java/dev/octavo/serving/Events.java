package dev.octavo.serving;

import jdk.jfr.Category;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** Events for Flight Recorder, off unless a recording's settings turn them on. */
final class Events {
    private Events() {}

    /** An accepted request, from its acceptance to its end. */
    @Name("dev.octavo.Request")
    @Label("Octavo request")
    @Category("Octavo")
    @Enabled(false)
    @StackTrace(false)
    static final class RequestEvent extends Event {
        @Label("Model")
        String model = "";

        @Label("Outcome")
        String outcome = "";

        @Label("Rows")
        int rows;

        @Label("Time in the queue")
        @Timespan(Timespan.NANOSECONDS)
        long queued;
    }

    /** A run of a model on the rows of one or more requests. */
    @Name("dev.octavo.Batch")
    @Label("Octavo batch")
    @Category("Octavo")
    @Enabled(false)
    @StackTrace(false)
    static final class BatchEvent extends Event {
        @Label("Model")
        String model = "";

        @Label("Rows")
        int rows;
    }

    private static final RequestEvent REQUEST = new RequestEvent();
    private static final BatchEvent BATCH = new BatchEvent();

    /** Whether a recording asks for requests; reading it costs less than making an event. */
    static boolean requests() {
        return REQUEST.isEnabled();
    }

    /** Begins the event of a run; null if no recording asks for it. */
    static @Nullable BatchEvent startBatch() {
        if (!BATCH.isEnabled()) {
            return null;
        }
        BatchEvent event = new BatchEvent();
        event.begin();
        return event;
    }

    static void end(@Nullable BatchEvent event, String model, int rows) {
        if (event == null) {
            return;
        }
        event.end();
        if (event.shouldCommit()) {
            event.model = model;
            event.rows = rows;
            event.commit();
        }
    }
}
