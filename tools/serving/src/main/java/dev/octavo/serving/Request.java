package dev.octavo.serving;

import dev.octavo.runtime.Tensor;
import dev.octavo.serving.Events.RequestEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An accepted request. Rows are handed out in order; what {@link #nextRow} and {@link #withdrawn} hold is guarded by the
 * pool's lock, the rest is written before the request is shared.
 */
final class Request {
    final CompletableFuture<List<Tensor>> future = new CompletableFuture<>();
    final List<Tensor> inputs;
    final List<Tensor> outputs;
    final int rows;
    final int form;
    final int priority;
    final long submitted;

    /** In the time of {@link System#nanoTime}, or {@link #NEVER}. */
    final long deadline;

    final AtomicInteger pendingRows;
    final @Nullable RequestEvent event;
    volatile long begun;
    int nextRow;
    boolean withdrawn;

    static final long NEVER = Long.MAX_VALUE;

    Request(
            List<Tensor> inputs,
            List<Tensor> outputs,
            int rows,
            int form,
            int priority,
            long submitted,
            long deadline,
            @Nullable RequestEvent event) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.rows = rows;
        this.form = form;
        this.priority = priority;
        this.submitted = submitted;
        this.deadline = deadline;
        this.pendingRows = new AtomicInteger(rows);
        this.event = event;
    }

    boolean expired(long now) {
        return deadline != NEVER && now - deadline >= 0;
    }

    int waitingRows() {
        return rows - nextRow;
    }

    /** Some consecutive rows of a request, for one run. */
    record Slice(Request request, int from, int rows) {
        boolean whole() {
            return rows == request.rows;
        }
    }
}
