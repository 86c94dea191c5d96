package dev.octavo.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of a model that any number of platform and virtual threads share. As many runs as there are sessions are in
 * progress at a time; other callers wait for their turn. Sessions are made when they are first
 * needed, and so is their memory for each batch size. Safe for use from many threads.
 *
 * <p>The batch size of a run is that of its inputs, up to the batch of the options. Once warm, {@link #run(List, List)}
 * allocates nothing.
 *
 * <p>Closing is safe at any time: runs in progress finish, those that wait and later ones throw {@link
 * IllegalStateException}. So a model is replaced by opening a pool of the new one, sending new runs there, and closing the old
 * pool and model. A pool that is forgotten is closed once it is found to be unreachable.
 */
public final class SessionPool implements AutoCloseable {
    private final Model model;
    private final SessionOptions options;
    private final Turns turns;
    private final List<TensorSpec> outputs;
    private final Leaks.Watch watch;

    SessionPool(Model model, SessionOptions options, int sessions) {
        if (sessions < 1) {
            throw new IllegalArgumentException("a pool of " + sessions + " sessions");
        }
        this.model = model;
        this.options = options;
        Turns all = new Turns(sessions);
        this.turns = all;
        this.outputs = model.outputs(options.outputs());
        // What is wrong with the options is to be known now, and the first run is to be quick.
        all.give(model.open(options, 1));
        try {
            this.watch = Leaks.watch(this, "A pool of the model " + model.name(), all::close);
        } catch (Throwable e) {
            all.close();
            throw e;
        }
    }

    /**
     * Runs a model of one input and one output.
     *
     * @param input as {@link Model#inputs} has it, of any batch size up to that of the options; a quantized input may also be
     *     given as floats in the order of the original network, [N, C, H, W] for a picture
     * @return a new tensor on the heap, the caller's
     * @throws IllegalArgumentException if the input has another type or shape, or there are more inputs or outputs
     * @throws IllegalStateException if the pool or the model is closed
     * @throws DeadlineExceededException if {@link SessionOptions#deadline} passed before the run began or ended
     * @throws CancellationException if the thread was interrupted while it waited for its turn; it stays interrupted
     */
    public Tensor run(Tensor input) {
        if (outputs.size() != 1) {
            throw new IllegalArgumentException("the model gives " + outputs.size() + " outputs: call run with a list");
        }
        return run(List.of(input)).getFirst();
    }

    /**
     * Runs a model into new tensors.
     *
     * @param inputs as {@link Model#inputs} has them; see {@link #run(Tensor)}, also for what is thrown
     * @return new tensors on the heap, the caller's, in the order of {@link #outputs}
     */
    public List<Tensor> run(List<Tensor> inputs) {
        return run(inputs, null, Session.nanoseconds(options.deadline()));
    }

    /**
     * Runs a model into the caller's tensors.
     *
     * @param inputs as {@link Model#inputs} has them; see {@link #run(Tensor)}, also for what is thrown
     * @param results as {@link #outputs} has them, of the batch size of the inputs; what they hold after an exception is
     *     undefined
     */
    public void run(List<Tensor> inputs, List<Tensor> results) {
        run(inputs, results, Session.nanoseconds(options.deadline()));
    }

    /**
     * Runs a model into the caller's tensors, with a deadline of its own.
     *
     * @param inputs as {@link Model#inputs} has them; see {@link #run(Tensor)}, also for what is thrown
     * @param results as {@link #outputs} has them, of the batch size of the inputs; what they hold after an exception is
     *     undefined
     * @param deadline how long the run may take in all, its wait included
     */
    public void run(List<Tensor> inputs, List<Tensor> results, Duration deadline) {
        run(inputs, results, Session.nanoseconds(deadline));
    }

    /**
     * Runs a model by the names of its inputs.
     *
     * @param inputs one tensor for the name of each input of {@link Model#inputs}; see {@link #run(Tensor)}, also for what is
     *     thrown
     * @return new tensors on the heap, the caller's, by the names of {@link #outputs} and in their order
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        List<String> names = model.inputs().stream().map(TensorSpec::name).toList();
        return NamedTensors.byName(run(NamedTensors.inOrder(names, inputs)));
    }

    private List<Tensor> run(List<Tensor> inputs, @Nullable List<Tensor> results, long nanoseconds) {
        int batch = batch(inputs);
        long deadline = nanoseconds == RunGate.NEVER ? RunGate.NEVER : RunGate.deadline(nanoseconds);
        Runner runner = turns.take(deadline);
        if (runner == null) {
            runner = open(batch);
        }
        try {
            List<Tensor> written = results == null ? runner.newOutputs(batch) : results;
            runner.run(batch, inputs, written, deadline);
            return written;
        } finally {
            turns.give(runner);
        }
    }

    private Runner open(int batch) {
        try {
            return model.open(options, batch);
        } catch (Throwable e) {
            turns.giveUp();
            throw e;
        }
    }

    private int batch(List<Tensor> inputs) {
        int batch =
                inputs.isEmpty() || !model.batchable() ? 1 : inputs.getFirst().batch();
        if (batch > options.batch()) {
            throw new IllegalArgumentException(
                    "a batch of " + batch + " exceeds the pool's, " + options.batch() + ": " + inputs.getFirst());
        }
        return batch;
    }

    /** Returns what a run gives, in order: the outputs of the model, or those that the options chose. */
    public List<TensorSpec> outputs() {
        return outputs;
    }

    /** Returns how many runs are in progress at most. */
    public int sessions() {
        return turns.most;
    }

    /** Returns how many callers wait for their turn. */
    public int waiting() {
        return turns.waiting();
    }

    /** Closes the sessions, those that are running as soon as their run ends. Further calls do nothing. */
    @Override
    public void close() {
        watch.close();
    }

    @Override
    public String toString() {
        return "SessionPool[model=" + model.name() + ", kernels="
                + options.kernels().name() + ", sessions=" + sessions() + ", batch=" + options.batch() + ", threads="
                + options.threads() + "]";
    }

    /** Who may run next. Waiting on a monitor allocates nothing, and neither pins a virtual thread nor spins. */
    private static final class Turns {
        private final int most;
        private final ArrayDeque<Runner> free;
        private int made = 1;
        private int waiting;

        /** Turns of those that were woken and have not taken them yet. */
        private int reserved;

        private boolean closed;

        Turns(int most) {
            this.most = most;
            this.free = new ArrayDeque<>(most);
        }

        /** Waits for a turn; null is a turn for which a runner is yet to be made. */
        synchronized @Nullable Runner take(long deadline) {
            if (!closed && (waiting > 0 || available() == 0)) {
                await(deadline);
            }
            if (closed) {
                throw new IllegalStateException("the pool is closed");
            }
            Runner runner = free.pollLast();
            if (runner == null) {
                made++;
            }
            return runner;
        }

        private int available() {
            return free.size() + most - made - reserved;
        }

        private void await(long deadline) {
            waiting++;
            try {
                while (!closed && reserved == 0) {
                    if (deadline == RunGate.NEVER) {
                        wait();
                    } else {
                        long left = deadline - System.nanoTime();
                        if (left <= 0) {
                            throw new DeadlineExceededException("no session became free before the deadline");
                        }
                        wait(left / 1_000_000, (int) (left % 1_000_000));
                    }
                }
                reserved = Math.max(0, reserved - 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted while waiting for a session");
            } finally {
                waiting--;
                reserved = Math.min(reserved, waiting);
            }
        }

        synchronized void give(Runner runner) {
            if (closed) {
                runner.gate().close();
                return;
            }
            free.addLast(runner);
            wakeOne();
        }

        /** Takes back that a runner would be made. */
        synchronized void giveUp() {
            made--;
            wakeOne();
        }

        private void wakeOne() {
            if (waiting > reserved) {
                reserved++;
                notify();
            }
        }

        synchronized int waiting() {
            return waiting;
        }

        /** Closes what is free now, and the rest when it is given back; returns whether the pool was open. */
        boolean close() {
            List<Runner> open;
            synchronized (this) {
                if (closed) {
                    return false;
                }
                closed = true;
                open = new ArrayList<>(free);
                free.clear();
                notifyAll();
            }
            open.forEach(runner -> runner.gate().close());
            return true;
        }
    }
}
