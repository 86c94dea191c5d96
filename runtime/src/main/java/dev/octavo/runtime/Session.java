package dev.octavo.runtime;

import dev.octavo.runtime.plan.Plan;
import dev.octavo.runtime.plan.Step;
import dev.octavo.runtime.plan.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final Plan plan;
    private final Arena arena;
    private final MemorySegment memory;
    private final WorkerPool workers;
    private final List<Tensor> outputs;
    private final boolean profiling;
    private final long[] runs;
    private final long[] nanoseconds;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    Session(Model model, Plan plan, SessionOptions options) {
        this.model = model;
        this.plan = plan;
        this.arena = Arena.ofShared();
        this.memory = arena.allocate(plan.memoryBytes() + options.threads() * plan.scratchBytes(), 64);
        this.workers = new WorkerPool(options.threads());
        this.outputs = plan.outputs().stream()
                .map(output -> Tensor.allocate(output.type(), output.shape()))
                .toList();
        this.profiling = options.profiling();
        this.runs = new long[plan.slots().size()];
        this.nanoseconds = new long[runs.length];
        MemorySegment constants = plan.constants();
        MemorySegment.copy(constants, 0, memory, plan.constantsOffset(), constants.byteSize());
        for (Step step : plan.setup()) {
            step.kernel().run(memory, plan.memoryBytes());
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
        if (plan.inputs().size() != 1 || outputs.size() != 1) {
            throw new IllegalArgumentException("the model takes "
                    + plan.inputs().size() + " inputs and gives " + outputs.size() + " outputs: call run with lists");
        }
        begin();
        try {
            enter(0, input);
            compute();
            Tensor output = outputs.getFirst();
            leave(0, output);
            return output;
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
        run(inputs, outputs);
        return outputs;
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
        if (inputs.size() != plan.inputs().size() || results.size() != outputs.size()) {
            throw new IllegalArgumentException(inputs.size() + " inputs and " + results.size()
                    + " outputs were given where the model has " + plan.inputs().size() + " and " + outputs.size());
        }
        begin();
        try {
            for (int i = 0; i < results.size(); i++) {
                Plan.Output expected = plan.outputs().get(i);
                Tensor result = results.get(i);
                if (result.type() != expected.type() || !result.hasShape(expected.shape())) {
                    throw new IllegalArgumentException("output " + i + " is " + expected.type()
                            + Arrays.toString(expected.shape()) + " and not " + result);
                }
            }
            for (int i = 0; i < inputs.size(); i++) {
                enter(i, inputs.get(i));
            }
            compute();
            for (int i = 0; i < results.size(); i++) {
                leave(i, results.get(i));
            }
        } finally {
            end();
        }
    }

    /** Bytes of memory off the heap that belong to this session alone; weights are the model's. */
    public long memoryBytes() {
        return memory.byteSize()
                + outputs.stream().mapToLong(t -> t.segment().byteSize()).sum();
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
            List<OperationProfile> profiles = new ArrayList<>();
            for (Step step : plan.slots()) {
                long count = runs[step.slot()];
                if (count > 0) {
                    profiles.add(new OperationProfile(
                            step.name(), step.kernel().name(), count, nanoseconds[step.slot()], step.macs()));
                }
            }
            return profiles;
        } finally {
            end();
        }
    }

    /** Frees the memory, after the run in flight if there is one. Further calls do nothing. */
    @Override
    public void close() {
        if (state.compareAndSet(State.IDLE, State.CLOSED)) {
            free();
        } else if (!state.compareAndSet(State.RUNNING, State.CLOSING) && state.get() == State.IDLE) {
            close();
        }
    }

    private void begin() {
        if (!state.compareAndSet(State.IDLE, State.RUNNING)) {
            throw new IllegalStateException(
                    state.get() == State.RUNNING
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

    private void enter(int index, Tensor tensor) {
        List<Plan.Input> forms = plan.inputs().get(index);
        for (int i = 0; i < forms.size(); i++) {
            Plan.Input form = forms.get(i);
            if (tensor.type() == form.type() && tensor.hasShape(form.shape())) {
                form.transfer().in(tensor.segment(), memory);
                Step conversion = form.conversion();
                if (conversion != null) {
                    run(conversion);
                }
                return;
            }
        }
        StringBuilder accepted = new StringBuilder();
        for (Plan.Input form : forms) {
            accepted.append(accepted.isEmpty() ? "" : " or ")
                    .append(form.type())
                    .append(Arrays.toString(form.shape()));
        }
        throw new IllegalArgumentException("input " + index + " must be " + accepted + " and not " + tensor);
    }

    private void leave(int index, Tensor tensor) {
        Plan.Output form = plan.outputs().get(index);
        Step conversion = form.conversion();
        if (conversion != null) {
            run(conversion);
        }
        form.transfer().out(memory, tensor.segment());
    }

    private void compute() {
        List<Step> steps = plan.steps();
        for (int i = 0; i < steps.size(); i++) {
            run(steps.get(i));
        }
    }

    private void run(Step step) {
        if (!profiling) {
            compute(step);
            return;
        }
        long start = System.nanoTime();
        compute(step);
        nanoseconds[step.slot()] += System.nanoTime() - start;
        runs[step.slot()]++;
    }

    private void compute(Step step) {
        if (step.shared()) {
            workers.run(step.kernel(), memory, plan.memoryBytes(), plan.scratchBytes());
        } else {
            step.kernel().run(memory, plan.memoryBytes());
        }
    }
}
