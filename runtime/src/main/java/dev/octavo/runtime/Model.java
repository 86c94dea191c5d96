package dev.octavo.runtime;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.PackingCache;
import dev.octavo.runtime.format.ModelChecks;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelFormatException;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.ModelReader;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.runtime.plan.BatchPlan;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network that is ready to run. Immutable but for being closed, and safe to use from many threads: each makes itself a
 * {@link Session}.
 *
 * <p>Weights are packed once for each kernel set that sessions ask for, and shared by those sessions, whatever their batch
 * size.
 *
 * <p>Closing is safe at any time and from any thread: runs in flight finish, later calls of the model's sessions throw
 * {@link IllegalStateException}, and the memory is freed when the last of them is done.
 */
public final class Model implements AutoCloseable {
    private final String origin;
    private final ModelDefinition definition;
    private final Arena arena;
    private final PackingCache weights;
    private final Map<PlanKey, CompiledPlan> plans = new HashMap<>();
    private final Set<Session> sessions = new HashSet<>();
    private boolean closed;

    private record PlanKey(KernelSet kernels, int batch, int threads) {
        // Spelled out: linking a record's own takes a starting JVM a millisecond.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof PlanKey key
                    && kernels.equals(key.kernels)
                    && batch == key.batch
                    && threads == key.threads;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * kernels.hashCode() + batch) + threads;
        }
    }

    private record CompiledPlan(BatchPlan plan, Arena arena) {}

    private Model(String origin, ModelDefinition definition, Arena arena) {
        this.origin = origin;
        this.definition = definition;
        this.arena = arena;
        this.weights = new PackingCache(arena, packedBytes(definition));
    }

    /** About what packed weights take: the weights themselves, and some padding and constants per channel. */
    private static long packedBytes(ModelDefinition definition) {
        long bytes = definition.weightBytes();
        return bytes + bytes / 16;
    }

    /**
     * A model that was built in memory, such as by a converter.
     *
     * @param definition its weights and constants must stay readable until the model is closed
     * @throws ModelFormatException if the definition is inconsistent
     */
    public static Model of(ModelDefinition definition) {
        ModelChecks.check(definition, definition.metadata().name());
        return new Model(definition.metadata().name(), definition, Arena.ofShared());
    }

    /**
     * Maps a model file into memory. The file should not be written to while the model is open; one that replaces it, as
     * converters do, is no harm.
     *
     * @throws ModelFormatException if the file is missing, unreadable, damaged, inconsistent, or of another version; the
     *     message names it and the place
     */
    public static Model load(Path file) {
        Arena arena = Arena.ofShared();
        try {
            return new Model(file.toString(), ModelReader.read(file, arena), arena);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /** Name of the network. */
    public String name() {
        return definition.metadata().name();
    }

    /** What a run takes, in order. */
    public List<TensorSpec> inputs() {
        return definition.inputs().stream().map(t -> spec(t, true)).toList();
    }

    /** What a run gives, in order. */
    public List<TensorSpec> outputs() {
        return definition.outputs().stream().map(t -> spec(t, false)).toList();
    }

    /** Names of the classes, in the order of the logits; empty if unknown. */
    public List<String> labels() {
        return definition.metadata().labels();
    }

    /** How pictures become the float input that the original network expects. */
    public Preprocessing preprocessing() {
        return definition.metadata().preprocessing();
    }

    /** How the model was made: option to value, in a fixed order. */
    public Map<String, String> settings() {
        return definition.metadata().settings();
    }

    /** What the model computes, for tools that inspect it. */
    public ModelDefinition definition() {
        return definition;
    }

    /** A session with {@link SessionOptions#defaults}. */
    public Session newSession() {
        return newSession(SessionOptions.defaults());
    }

    /**
     * A session, which one caller may use at a time. The first one of a kernel set packs the weights, the first one of a
     * batch size and number of threads prepares the kernels; later ones only take memory.
     *
     * @throws IllegalStateException if the model is closed
     * @throws IllegalArgumentException if the model does not run at the batch size
     * @throws ModelFormatException if an operation does not fit its tensors
     */
    public Session newSession(SessionOptions options) {
        synchronized (plans) {
            if (closed) {
                throw new IllegalStateException("the model " + name() + " is closed");
            }
            if (options.batch() != 1 && !definition.batchable()) {
                throw new IllegalArgumentException(
                        "the model " + name() + " runs at batch 1 only, not " + options.batch());
            }
            PlanKey key = new PlanKey(options.kernels(), options.batch(), options.threads());
            CompiledPlan compiled = plans.get(key);
            if (compiled == null) {
                compiled = compile(options);
                plans.put(key, compiled);
            }
            Session session = new Session(this, compiled.plan(), options);
            sessions.add(session);
            return session;
        }
    }

    private CompiledPlan compile(SessionOptions options) {
        Arena planArena = Arena.ofShared();
        try {
            BatchPlan plan = BatchPlan.compile(
                    origin, definition, options.kernels(), options.batch(), options.threads(), weights, planArena);
            return new CompiledPlan(plan, planArena);
        } catch (Throwable e) {
            planArena.close();
            throw e;
        }
    }

    /** Closes the model and its sessions, those that are running as soon as their run ends. Further calls do nothing. */
    @Override
    public void close() {
        List<Session> open;
        synchronized (plans) {
            if (closed) {
                return;
            }
            closed = true;
            open = new ArrayList<>(sessions);
            if (open.isEmpty()) {
                free();
            }
        }
        open.forEach(Session::close);
    }

    /** A session has freed its memory and will not run again. */
    void released(Session session) {
        synchronized (plans) {
            sessions.remove(session);
            if (closed && sessions.isEmpty()) {
                free();
            }
        }
    }

    private void free() {
        plans.values().forEach(compiled -> compiled.arena().close());
        plans.clear();
        arena.close();
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
}
