package dev.octavo.runtime;

import dev.octavo.runtime.format.ModelChecks;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelFormatException;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.runtime.format.ModelReader;
import dev.octavo.runtime.format.TensorDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A network that is ready to run. Immutable but for being closed, and safe to use from many threads: each makes itself a
 * {@link Session}, or all share a {@link SessionPool}.
 *
 * <p>Weights are packed once for each kernel set that sessions ask for, and shared by those sessions, whatever their batch
 * size.
 *
 * <p>Closing is safe at any time and from any thread: runs in flight finish, later calls of the model's sessions throw
 * {@link IllegalStateException}, and the memory is freed when the last of them is done. A model that is forgotten, sessions
 * included, is closed once it is found to be unreachable.
 */
public final class Model implements AutoCloseable {
    private static final String STREAM = "model from a stream";
    private static final String MEMORY = "model in memory";

    private final ModelDefinition definition;
    private final ModelMemory memory;
    private final Leaks.Watch watch;

    private Model(String origin, ModelDefinition definition, ModelLimits limits, Arena arena, Resources resources) {
        ModelMemory owned = new ModelMemory(origin, definition, limits, arena, resources);
        this.definition = definition;
        this.memory = owned;
        this.watch = Leaks.watch(this, "The model " + name(), owned::close);
    }

    /**
     * Returns a model that was built in memory, such as by a converter.
     *
     * @param definition its weights and constants must stay readable until the model is closed
     * @throws ModelFormatException if the definition is inconsistent, or beyond {@link ModelLimits#defaults}
     */
    public static Model of(ModelDefinition definition) {
        return of(definition, Resources.SYSTEM);
    }

    static Model of(ModelDefinition definition, Resources resources) {
        String name = definition.metadata().name();
        ModelLimits limits = ModelLimits.defaults();
        ModelChecks.check(definition, name, limits);
        return open(name, limits, resources, _ -> definition);
    }

    /**
     * Reads a model file of any file system into memory. Once this returns, nothing that happens to the file matters. While it
     * is read, a file that is written to in place makes this fail; one that is replaced by renaming another, as converters do,
     * does not.
     *
     * @throws IOException if the file is missing ({@link java.nio.file.NoSuchFileException}), no regular file, or cannot be
     *     read
     * @throws ModelFormatException if it is damaged, inconsistent, of another version, or beyond {@link ModelLimits#defaults};
     *     the message names the file and the place
     */
    public static Model load(Path file) throws IOException {
        return load(file, ModelLimits.defaults());
    }

    /**
     * Reads a model file, within limits; see {@link #load(Path)}.
     *
     * @throws ModelFormatException if the file is damaged, or the model is beyond the limits
     */
    public static Model load(Path file, ModelLimits limits) throws IOException {
        return load(file, limits, Resources.SYSTEM);
    }

    static Model load(Path file, ModelLimits limits, Resources resources) throws IOException {
        return open(file.toString(), limits, resources, arena -> ModelReader.read(file, limits, arena));
    }

    /**
     * Reads a model from a stream up to its end, such as a resource of a jar; the caller closes it.
     *
     * @throws IOException if the stream cannot be read
     * @throws ModelFormatException if the model is damaged, or beyond {@link ModelLimits#defaults}
     */
    public static Model load(InputStream stream) throws IOException {
        ModelLimits limits = ModelLimits.defaults();
        return open(STREAM, limits, Resources.SYSTEM, arena -> ModelReader.read(stream, STREAM, limits, arena));
    }

    /**
     * Reads a model from the bytes of a file, which are copied.
     *
     * @throws ModelFormatException if the model is damaged, or beyond {@link ModelLimits#defaults}
     */
    public static Model load(byte[] bytes) {
        return load(MemorySegment.ofArray(bytes));
    }

    /**
     * Reads a model from the bytes of a file, which are copied.
     *
     * @param bytes all of the segment, on the heap or off it
     * @throws ModelFormatException if the model is damaged, or beyond {@link ModelLimits#defaults}
     */
    public static Model load(MemorySegment bytes) {
        ModelLimits limits = ModelLimits.defaults();
        return open(MEMORY, limits, Resources.SYSTEM, arena -> ModelReader.read(bytes, MEMORY, limits, arena));
    }

    /** Reads a definition, into memory of an arena. */
    private interface Reading<E extends Exception> {
        ModelDefinition read(Arena arena) throws E;
    }

    private static <E extends Exception> Model open(
            String origin, ModelLimits limits, Resources resources, Reading<E> reading) throws E {
        Arena arena = resources.arenas().get();
        try {
            return new Model(origin, reading.read(arena), limits, arena, resources);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /** Returns the name of the network; it may be empty. */
    public String name() {
        return definition.metadata().name();
    }

    /** Returns what a run takes, in the order in which it takes it. */
    public List<TensorSpec> inputs() {
        return definition.inputs().stream().map(t -> spec(t, true)).toList();
    }

    /** Returns what a run gives, in the order in which it gives it. */
    public List<TensorSpec> outputs() {
        return outputs(List.of());
    }

    /** Returns what a run gives of some outputs. */
    List<TensorSpec> outputs(List<String> names) {
        return Outputs.tensors(definition, names).stream()
                .map(t -> spec(t, false))
                .toList();
    }

    /** Returns the names of the classes, in the order of the logits; empty if they are unknown. */
    public List<String> labels() {
        return definition.metadata().labels();
    }

    /** Returns how pictures become the float input that the original network expects, pixel values on the scale 0..255. */
    public Preprocessing preprocessing() {
        return definition.metadata().preprocessing();
    }

    /** Returns what the outputs mean. */
    public Task task() {
        return definition.metadata().task();
    }

    /** Returns how the model was made: names of options to their values, in a fixed order. */
    public Map<String, String> settings() {
        return definition.metadata().settings();
    }

    /** Returns what the model computes, for tools that inspect it; its arrays are readable until the model is closed. */
    public ModelDefinition definition() {
        return definition;
    }

    /**
     * Returns a session with {@link SessionOptions#defaults}; see {@link #newSession(SessionOptions)}, also for what is thrown.
     */
    public Session newSession() {
        return newSession(SessionOptions.defaults());
    }

    /**
     * Returns a session, which one caller may use at a time. The first one of a kernel set packs the weights, the first one of a
     * batch size and number of threads prepares the kernels; later ones only take memory.
     *
     * @throws IllegalStateException if the model is closed
     * @throws IllegalArgumentException if the model does not run at the batch size, or lacks an output that the options name
     * @throws ModelFormatException if an operation does not fit its tensors, or the memory exceeds {@link ModelLimits#planBytes}
     */
    public Session newSession(SessionOptions options) {
        Runner runner = open(options, options.batch());
        try {
            return new Session(this, runner, options);
        } catch (Throwable e) {
            runner.gate().close();
            throw e;
        }
    }

    /**
     * Returns a pool with {@link SessionOptions#defaults} and as many sessions as there are cores.
     *
     * @throws IllegalStateException if the model is closed
     */
    public SessionPool newPool() {
        return newPool(SessionOptions.defaults());
    }

    /**
     * Returns a pool that keeps the cores of this machine busy: with as many sessions as shared workers have threads, or as
     * many as there are cores for the threads of each.
     *
     * @param options of every session; their batch is the greatest one of a run
     * @throws IllegalStateException if the model is closed
     * @throws IllegalArgumentException if the model does not run at the batch size, or lacks an output
     */
    public SessionPool newPool(SessionOptions options) {
        Workers workers = options.workers();
        int cores = Runtime.getRuntime().availableProcessors();
        return newPool(options, workers != null ? workers.threads() : Math.max(1, cores / options.threads()));
    }

    /**
     * Returns a pool of sessions.
     *
     * @param options of every session; their batch is the greatest one of a run
     * @param sessions how many runs are in progress at a time, at least 1
     * @throws IllegalStateException if the model is closed
     * @throws IllegalArgumentException if the model does not run at the batch size, or lacks an output
     */
    public SessionPool newPool(SessionOptions options, int sessions) {
        return new SessionPool(this, options, sessions);
    }

    /** Returns whether the model runs at any batch size. */
    boolean batchable() {
        return definition.batchable();
    }

    /** Takes memory for runs. */
    Runner open(SessionOptions options, int firstBatch) {
        if (options.batch() != 1 && !definition.batchable()) {
            throw new IllegalArgumentException("the model " + name() + " runs at batch 1 only, not " + options.batch());
        }
        return memory.open(options, firstBatch);
    }

    /** Closes the model and its sessions, those that are running as soon as their run ends. Further calls do nothing. */
    @Override
    public void close() {
        watch.close();
    }

    private TensorSpec spec(int index, boolean input) {
        TensorDefinition tensor = definition.tensors().get(index);
        List<Integer> shape = IntStream.of(tensor.shape()).boxed().collect(Collectors.toCollection(ArrayList::new));
        if (definition.batchable() && tensor.constant() == null) {
            shape.set(0, TensorSpec.ANY_BATCH);
        }
        boolean picture = input && tensor.picture();
        if (picture) {
            Collections.rotate(shape.subList(1, 4), -1);
        }
        return new TensorSpec(tensor.name(), tensor.type(), shape, tensor.scale(), picture);
    }

    @Override
    public String toString() {
        return "Model[name=" + name() + ", inputs=" + inputs() + ", outputs=" + outputs() + "]";
    }
}
