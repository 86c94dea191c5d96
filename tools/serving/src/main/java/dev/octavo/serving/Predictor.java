package dev.octavo.serving;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Tensor;
import dev.octavo.serving.Events.RequestEvent;
import dev.octavo.serving.PredictorListener.Outcome;
import dev.octavo.serving.Request.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Serves predictions of a model to many callers at once, whatever brings their requests:
 *
 * <pre>{@code
 * try (Model model = Model.load(file);
 *         Predictor predictor = Predictor.of(model)) {
 *     Tensor logits = predictor.predict(picture);                          // blocks; virtual threads are welcome
 *     CompletableFuture<List<Tensor>> later = predictor.submit(List.of(picture));
 * }
 * }</pre>
 *
 * <p>Requests wait in a bounded queue and run on the threads of a {@link ComputePool}, each of which has sessions of its
 * own. Where the model's own timing shows that a batch costs less than its rows one by one, rows of several requests run
 * together; a thread waits for further rows only if they are likely to come while that saves more than it costs. No result
 * depends on what it was batched with.
 *
 * <p>The first dimension of inputs and outputs counts rows; a request of several rows may be spread over threads. Inputs must
 * stay as they are until the future is done. Safe for use from many threads.
 */
public final class Predictor implements AutoCloseable {
    private final Model model;
    private final PredictorOptions options;
    private final ComputePool pool;
    private final boolean ownPool;
    private final RowForms forms;
    private final BatchTuning tuning;
    private final long maxWait;
    private final Lane lane;
    private final Counters counters;
    private final List<LaneSessions> sessions = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Predictor(Model model, PredictorOptions options, ComputePool pool, boolean ownPool) {
        this.model = model;
        this.options = options;
        this.pool = pool;
        this.ownPool = ownPool;
        this.forms = new RowForms(model);
        this.tuning = BatchTuning.measure(model, options.session(), forms, options.maxBatch());
        this.maxWait = options.maxWait().map(Duration::toNanos).orElse(tuning.maxWaitNanos());
        this.lane =
                new Lane(options.queueRows(), tuning, maxWait, options.maxWait().isPresent());
        this.counters = new Counters(options.listener());
        try {
            for (int i = 0; i < pool.threads(); i++) {
                sessions.add(new LaneSessions(model, options.session(), forms, tuning.maxBatch()));
            }
            pool.add(this);
        } catch (Throwable e) {
            sessions.forEach(LaneSessions::close);
            throw e;
        }
    }

    /**
     * Makes a predictor with default options and as many threads of its own as there are cores. The model stays the
     * caller's, who closes it after the predictor.
     */
    public static Predictor of(Model model) {
        return of(model, PredictorOptions.defaults());
    }

    /** Makes a predictor with as many threads of its own as there are cores; see {@link #of(Model)}. */
    public static Predictor of(Model model, PredictorOptions options) {
        ComputePool pool = ComputePool.ofCores();
        try {
            return new Predictor(model, options, pool, true);
        } catch (Throwable e) {
            pool.close();
            throw e;
        }
    }

    /**
     * Makes a predictor that shares threads with others. Measures what batches cost, and warms all sessions, before it
     * returns.
     *
     * @param pool is not closed with the predictor
     * @throws IllegalArgumentException if a batch is asked for that the model does not run
     * @throws IllegalStateException if the model or the pool is closed
     */
    public static Predictor of(Model model, PredictorOptions options, ComputePool pool) {
        return new Predictor(model, options, pool, false);
    }

    /**
     * Predicts for a model of one input and one output, and waits for the result.
     *
     * @see #predict(List, RequestOptions)
     */
    public Tensor predict(Tensor input) {
        List<Tensor> outputs = predict(List.of(input), RequestOptions.defaults());
        if (outputs.size() != 1) {
            throw new IllegalArgumentException(
                    "the model gives " + outputs.size() + " outputs: call predict with a list");
        }
        return outputs.getFirst();
    }

    /**
     * Predicts and waits for the result.
     *
     * @param inputs as {@link #submit(List, RequestOptions)} takes them
     * @return new tensors, one for each output of the model
     * @throws RefusedException if the request was not accepted, or its deadline passed while it waited
     * @throws IllegalArgumentException if the inputs are not what the model takes
     * @throws CancellationException if the thread was interrupted, which it still is; the request is given up
     */
    public List<Tensor> predict(List<Tensor> inputs, RequestOptions request) {
        CompletableFuture<List<Tensor>> future = submit(inputs, request);
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted while a prediction was awaited");
            cancelled.initCause(e);
            throw cancelled;
        } catch (ExecutionException e) {
            throw unchecked(e.getCause());
        }
    }

    private static RuntimeException unchecked(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException exception ? exception : new CompletionException(cause);
    }

    /** Submits a request of normal urgency; see {@link #submit(List, RequestOptions)}. */
    public CompletableFuture<List<Tensor>> submit(List<Tensor> inputs) {
        return submit(inputs, RequestOptions.defaults());
    }

    /**
     * Submits a request.
     *
     * @param inputs as {@link Model#inputs} has them, of any number of rows; a quantized input may also be given as floats
     *     in the order of the original network, [N, C, H, W] for a picture
     * @return the future of new tensors, one for each output of the model. It fails with a {@link RefusedException} if the
     *     deadline passes before the request computes, and with what the run throws. Cancelling it gives the request up if
     *     it still waits. Callbacks run on a thread of the pool, and should be short
     * @throws RefusedException if the request is not accepted
     * @throws IllegalArgumentException if the inputs are not what the model takes
     */
    public CompletableFuture<List<Tensor>> submit(List<Tensor> inputs, RequestOptions request) {
        int rows = forms.rows(inputs);
        Request accepted = newRequest(inputs, rows, request);
        try {
            pool.submit(lane, accepted);
        } catch (RefusedException e) {
            counters.refused(e.reason());
            throw e;
        }
        var _ = accepted.future.whenComplete((outputs, failure) -> ended(accepted, failure));
        return accepted.future;
    }

    private Request newRequest(List<Tensor> inputs, int rows, RequestOptions request) {
        Duration timeout = request.timeout().isZero() ? options.timeout() : request.timeout();
        long now = System.nanoTime();
        RequestEvent event = null;
        if (Events.requests()) {
            event = new RequestEvent();
            event.begin();
        }
        return new Request(
                inputs,
                forms.newOutputs(rows),
                rows,
                RowForms.form(inputs),
                request.priority(),
                now,
                timeout.isZero() ? Request.NEVER : now + saturatedNanos(timeout),
                event);
    }

    /** Half of the range of nanoTime is as good as never, and can still be compared. */
    private static long saturatedNanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(36500)) > 0 ? Long.MAX_VALUE / 4 : duration.toNanos();
    }

    private void ended(Request request, @Nullable Throwable failure) {
        Outcome outcome = switch (failure) {
            case null -> Outcome.SUCCEEDED;
            case CancellationException e -> Outcome.CANCELLED;
            case RefusedException e -> Outcome.EXPIRED;
            default -> Outcome.FAILED;
        };
        if (failure != null) {
            boolean _ = pool.withdraw(lane, request);
        }
        long now = System.nanoTime();
        counters.ended(request, outcome, now);
        RequestEvent event = request.event;
        if (event != null) {
            event.end();
            if (event.shouldCommit()) {
                event.model = model.name();
                event.outcome = outcome.name();
                event.rows = request.rows;
                event.queued = (request.begun == 0 ? now : request.begun) - request.submitted;
                event.commit();
            }
        }
    }

    /** Returns whether a request of one row would be refused now for want of room. */
    public boolean full() {
        return pool.full(lane);
    }

    /** Returns the model. */
    public Model model() {
        return model;
    }

    /** Returns the most rows of one run: as asked for, or as measured. */
    public int maxBatch() {
        return tuning.maxBatch();
    }

    /** Returns how long a thread waits at most for a batch to fill: as asked for, or as measured. */
    public Duration maxWait() {
        return Duration.ofNanos(maxWait);
    }

    /** Returns what a row took when the predictor was made. */
    public Duration rowTime() {
        return Duration.ofNanos(tuning.rowNanos());
    }

    /** Returns counts since the predictor was made. */
    public PredictorStatistics statistics() {
        return pool.statistics(lane, counters);
    }

    /** Closes, and waits for everything that was accepted. Further calls do nothing. */
    @Override
    public void close() {
        boolean interrupted = false;
        while (!closed.get()) {
            try {
                boolean _ = close(Duration.ofDays(1));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Accepts nothing more, lets what was accepted finish, and gives up what is not done in time.
     *
     * @return whether all of it was done
     * @throws InterruptedException if the thread was interrupted meanwhile; the predictor then still computes what it
     *     accepted
     */
    public boolean close(Duration limit) throws InterruptedException {
        pool.closing(this);
        boolean done = pool.awaitQuiet(this, saturatedNanos(limit));
        if (closed.compareAndSet(false, true)) {
            pool.remove(this)
                    .forEach(request -> request.future.completeExceptionally(new RefusedException(
                            RefusedException.Reason.CLOSING,
                            Duration.ZERO,
                            "the model was closed before the request could compute")));
            // A session in use frees itself after its run.
            sessions.forEach(LaneSessions::close);
            if (ownPool) {
                pool.close();
            }
        }
        return done;
    }

    Lane lane() {
        return lane;
    }

    /** Runs slices on the sessions of one thread, and completes requests whose last rows they were. */
    void run(int thread, List<Slice> slices, int rows, long start) {
        for (Slice slice : slices) {
            Request request = slice.request();
            if (request.begun == 0) {
                request.begun = start;
            }
        }
        Throwable failure = null;
        Events.BatchEvent event = Events.startBatch();
        try {
            sessions.get(thread).run(slices, rows);
        } catch (Throwable e) {
            failure = e;
        }
        Events.end(event, model.name(), rows);
        counters.ran(rows, start, System.nanoTime() - start);
        for (Slice slice : slices) {
            Request request = slice.request();
            if (failure != null) {
                request.future.completeExceptionally(failure);
            } else if (request.pendingRows.addAndGet(-slice.rows()) == 0) {
                request.future.complete(request.outputs);
            }
        }
    }
}
