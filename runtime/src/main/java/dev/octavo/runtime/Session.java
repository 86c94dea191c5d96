package dev.octavo.runtime;

import dev.octavo.runtime.plan.BatchPlan;
import dev.octavo.runtime.plan.WorkerPool;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One caller's scratch memory for running a {@link Model}. Once warm, a run allocates nothing.
 *
 * <p>A session serves one thread at a time; a second one that comes while it runs gets an {@link IllegalStateException}
 * and should make itself a session of its own. Closing is safe at any time and from any thread: a run in flight finishes
 * first.
 */
public final class Session implements AutoCloseable {
    private enum State {
        IDLE,
        RUNNING,
        CLOSING,
        CLOSED
    }

    private final Model model;
    private final Arena arena;
    private final WorkerPool workers;
    private final List<SessionStage> stages = new ArrayList<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    Session(Model model, BatchPlan plan, SessionOptions options) {
        this.model = model;
        this.arena = Arena.ofShared();
        this.workers = new WorkerPool(options.threads());
        for (BatchPlan.Stage planned : plan.stages()) {
            SessionStage stage = new SessionStage(planned, arena, workers, options);
            if (!stages.isEmpty()) {
                stage.follow(stages.getLast());
            }
            stages.add(stage);
        }
    }

    /**
     * Runs a model of one input and one output.
     *
     * @param input as {@link Model#inputs} has it; a quantized input may also be given as floats in the order of the
     *     original network, [N, C, H, W] for a picture
     * @return the session's own tensor, which the next run overwrites
     * @throws IllegalArgumentException if the input has another type or shape, or there are more inputs or outputs
     * @throws IllegalStateException if the session is closed, or runs on another thread
     */
    public Tensor run(Tensor input) {
        SessionStage first = stages.getFirst();
        SessionStage last = stages.getLast();
        if (first.inputs() != 1 || last.outputs() != 1) {
            throw new IllegalArgumentException("the model takes " + first.inputs() + " inputs and gives "
                    + last.outputs() + " outputs: call run with lists");
        }
        begin();
        try {
            first.accept(0, input);
            List<Tensor> outputs = last.ownOutputs();
            compute(outputs);
            return outputs.getFirst();
        } finally {
            end();
        }
    }

    /**
     * Runs a model into the session's own tensors.
     *
     * @param inputs as {@link Model#inputs} has them; see {@link #run(Tensor)}
     * @return the session's own tensors, which the next run overwrites
     * @throws IllegalArgumentException if an input has another type or shape
     * @throws IllegalStateException if the session is closed, or runs on another thread
     */
    public List<Tensor> run(List<Tensor> inputs) {
        SessionStage last = stages.getLast();
        checkCounts(inputs.size(), last.outputs());
        begin();
        try {
            List<Tensor> outputs = last.ownOutputs();
            accept(inputs);
            compute(outputs);
            return outputs;
        } finally {
            end();
        }
    }

    /**
     * Runs a model into the caller's tensors.
     *
     * @param inputs as {@link Model#inputs} has them; see {@link #run(Tensor)}
     * @param results as {@link Model#outputs} has them
     * @throws IllegalArgumentException if a tensor has another type or shape
     * @throws IllegalStateException if the session is closed, or runs on another thread
     */
    public void run(List<Tensor> inputs, List<Tensor> results) {
        checkCounts(inputs.size(), results.size());
        begin();
        try {
            for (int i = 0; i < results.size(); i++) {
                stages.getLast().acceptOutput(i, results.get(i));
            }
            accept(inputs);
            compute(results);
        } finally {
            end();
        }
    }

    private void checkCounts(int inputs, int results) {
        int taken = stages.getFirst().inputs();
        int given = stages.getLast().outputs();
        if (inputs != taken || results != given) {
            throw new IllegalArgumentException(inputs + " inputs and " + results
                    + " outputs were given where the model has " + taken + " and " + given);
        }
    }

    private void accept(List<Tensor> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            stages.getFirst().accept(i, inputs.get(i));
        }
    }

    /**
     * Bytes of memory off the heap that belong to this session alone, its output tensors included once a run has returned them;
     * weights are the model's.
     */
    public long memoryBytes() {
        return stages.stream().mapToLong(SessionStage::memoryBytes).sum();
    }

    /**
     * What the runs so far spent on each operation, in the order in which they run; empty unless {@link
     * SessionOptions#profiling}.
     *
     * @throws IllegalStateException if the session is closed, or runs on another thread
     */
    public List<OperationProfile> profile() {
        begin();
        try {
            return stages.stream().flatMap(stage -> stage.profile().stream()).toList();
        } finally {
            end();
        }
    }

    /** Frees the memory, after the run in flight if there is one. Further calls do nothing. */
    @Override
    public void close() {
        while (true) {
            State seen = state.get();
            if (seen == State.CLOSING || seen == State.CLOSED) {
                return;
            }
            // A run may begin or end between the two lines: only what was seen may be replaced.
            if (state.compareAndSet(seen, seen == State.IDLE ? State.CLOSED : State.CLOSING)) {
                if (seen == State.IDLE) {
                    free();
                }
                return;
            }
        }
    }

    private void begin() {
        State seen = state.compareAndExchange(State.IDLE, State.RUNNING);
        if (seen != State.IDLE) {
            throw new IllegalStateException(
                    seen == State.RUNNING
                            ? "the session is running on another thread: make one session per thread"
                            : "the session is closed");
        }
    }

    private void end() {
        if (!state.compareAndSet(State.RUNNING, State.IDLE)) {
            state.set(State.CLOSED);
            free();
        }
    }

    private void free() {
        workers.close();
        arena.close();
        model.released(this);
    }

    private void compute(List<Tensor> results) {
        for (int i = 0; i < stages.size() - 1; i++) {
            stages.get(i).run(stages.get(i).ownOutputs());
        }
        stages.getLast().run(results);
    }
}
