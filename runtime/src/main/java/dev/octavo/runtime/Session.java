package dev.octavo.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One caller's scratch memory for running a {@link Model}. Once warm, a run with tensors or lists allocates nothing.
 *
 * <p>A session serves one thread at a time; a second one that comes while it runs gets an {@link IllegalStateException} and
 * should make itself a session of its own, or use a {@link SessionPool}. Closing and cancelling are safe at any time and from
 * any thread: a run in flight finishes before the memory is freed. A session that is forgotten is closed once it is found to
 * be unreachable.
 */
public final class Session implements AutoCloseable {
    /** Keeps the model open. */
    private final Model model;

    private final Runner runner;
    private final SessionOptions options;
    private final long nanoseconds;
    private final Leaks.Watch watch;

    Session(Model model, Runner runner, SessionOptions options) {
        this.model = model;
        this.runner = runner;
        this.options = options;
        this.nanoseconds = nanoseconds(options.deadline());
        RunGate gate = runner.gate();
        this.watch = Leaks.watch(this, "A session of the model " + model.name(), gate::close);
    }

    /** Nanoseconds of a deadline; {@link RunGate#NEVER} for none. */
    static long nanoseconds(@Nullable Duration deadline) {
        return deadline == null ? RunGate.NEVER : Math.max(1, saturatedNanoseconds(deadline));
    }

    private static long saturatedNanoseconds(Duration deadline) {
        return deadline.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) > 0 ? Long.MAX_VALUE / 2 : deadline.toNanos();
    }

    /**
     * Runs a model of one input and one output.
     *
     * @param input as {@link Model#inputs} has it; a quantized input may also be given as floats in the order of the
     *     original network, [N, C, H, W] for a picture
     * @return the session's own tensor, which the next run overwrites
     * @throws IllegalArgumentException if the input has another type or shape, or there are more inputs or outputs
     * @throws IllegalStateException if the session is closed, or runs on another thread
     * @throws java.util.concurrent.CancellationException if the run was cancelled
     * @throws DeadlineExceededException if the run took longer than {@link SessionOptions#deadline}
     */
    public Tensor run(Tensor input) {
        return runner.run(options.batch(), input, deadline());
    }

    /**
     * Runs a model into the session's own tensors.
     *
     * @param inputs as {@link Model#inputs} has them; see {@link #run(Tensor)}, also for what is thrown
     * @return the session's own tensors, which the next run overwrites, in the order of {@link #outputs}
     */
    public List<Tensor> run(List<Tensor> inputs) {
        return runner.run(options.batch(), inputs, null, deadline());
    }

    /**
     * Runs a model into the caller's tensors.
     *
     * @param inputs as {@link Model#inputs} has them; see {@link #run(Tensor)}, also for what is thrown
     * @param results as {@link #outputs} has them; what they hold after an exception is undefined
     */
    public void run(List<Tensor> inputs, List<Tensor> results) {
        runner.run(options.batch(), inputs, results, deadline());
    }

    /**
     * Runs a model by the names of its inputs.
     *
     * @param inputs one tensor for the name of each input of {@link Model#inputs}; see {@link #run(Tensor)}, also for what is
     *     thrown
     * @return the session's own tensors by the names of {@link #outputs}, in their order; the next run overwrites them
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        return NamedTensors.byName(run(NamedTensors.inOrder(runner.inputNames(), inputs)));
    }

    /** Returns what a run gives, in order: the outputs of the model, or those that the options chose. */
    public List<TensorSpec> outputs() {
        return model.outputs(options.outputs());
    }

    /** Ends the run in flight soon, with a {@link java.util.concurrent.CancellationException}; does nothing if there is none. */
    public void cancel() {
        runner.gate().cancel();
    }

    /**
     * Returns the bytes of memory off the heap that belong to this session alone, its output tensors included once a run has
     * returned them; weights are the model's.
     *
     * @throws IllegalStateException if the session is closed, or runs on another thread
     */
    public long memoryBytes() {
        return runner.memoryBytes();
    }

    /**
     * Returns what the runs so far spent on each operation, in the order in which they run; empty unless {@link
     * SessionOptions#profiling}.
     *
     * @throws IllegalStateException if the session is closed, or runs on another thread
     */
    public List<OperationProfile> profile() {
        return runner.profile(options.batch());
    }

    /** Frees the memory, after the run in flight if there is one. Further calls do nothing. */
    @Override
    public void close() {
        watch.close();
    }

    private long deadline() {
        return nanoseconds == RunGate.NEVER ? RunGate.NEVER : RunGate.deadline(nanoseconds);
    }

    @Override
    public String toString() {
        return "Session[model=" + model.name() + ", kernels="
                + options.kernels().name() + ", batch=" + options.batch() + ", threads=" + options.threads() + "]";
    }
}
