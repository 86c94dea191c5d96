package dev.octavo.runtime;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.PackingCache;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.plan.BatchPlans;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a model keeps off the heap: weights as they were read, packed weights, and plans. It is freed when the model is closed
 * and the last run of its sessions is done. It knows the memory of sessions and not the sessions, so that forgotten ones can be
 * found. Safe for use from many threads.
 */
final class ModelMemory {
    private final String origin;
    private final ModelDefinition definition;
    private final ModelLimits limits;
    private final Resources resources;
    private final Arena arena;
    private final PackingCache weights;
    private final Map<PlanKey, BatchPlans> plans = new HashMap<>();
    private final Set<Runner> runners = new HashSet<>();
    private boolean closed;

    private record PlanKey(KernelSet kernels, int threads, List<String> outputs) {
        // Spelled out: linking a record's own takes a starting JVM a millisecond.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof PlanKey key
                    && kernels.equals(key.kernels)
                    && threads == key.threads
                    && outputs.equals(key.outputs);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * kernels.hashCode() + threads) + outputs.hashCode();
        }
    }

    /**
     * Takes over what a model was read into.
     *
     * @param arena owns the arrays of the definition
     */
    ModelMemory(String origin, ModelDefinition definition, ModelLimits limits, Arena arena, Resources resources) {
        this.origin = origin;
        this.definition = definition;
        this.limits = limits;
        this.arena = arena;
        this.resources = resources;
        this.weights = new PackingCache(arena, packedBytes(definition));
    }

    /** About what packed weights take: the weights themselves, and some padding and constants per channel. */
    private static long packedBytes(ModelDefinition definition) {
        long bytes = definition.weightBytes();
        return bytes + bytes / 16;
    }

    /**
     * Takes memory for runs, of the batch size of the options to begin with.
     *
     * @throws IllegalStateException if the model is closed
     */
    synchronized Runner open(SessionOptions options, int firstBatch) {
        if (closed) {
            throw new IllegalStateException("the model " + definition.metadata().name() + " is closed");
        }
        PlanKey key = new PlanKey(options.kernels(), options.threads(), options.outputs());
        ModelDefinition chosen = Outputs.choose(definition, options.outputs());
        BatchPlans chosenPlans = plans.get(key);
        if (chosenPlans == null) {
            chosenPlans = new BatchPlans(
                    origin, chosen, limits, options.kernels(), options.threads(), weights, resources.arenas());
            plans.put(key, chosenPlans);
        }
        Runner runner = new Runner(
                chosenPlans,
                options,
                names(chosen.inputs()),
                names(chosen.outputs()),
                firstBatch,
                resources,
                this::released);
        runners.add(runner);
        return runner;
    }

    private List<String> names(List<Integer> tensors) {
        return tensors.stream().map(t -> definition.tensors().get(t).name()).toList();
    }

    /** Closes the runners, those that are running as soon as their run ends; returns whether the memory was open. */
    boolean close() {
        List<Runner> open;
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
            open = new ArrayList<>(runners);
            if (open.isEmpty()) {
                free();
            }
        }
        open.forEach(runner -> runner.gate().close());
        return true;
    }

    private synchronized void released(Runner runner) {
        if (runners.remove(runner) && closed && runners.isEmpty()) {
            free();
        }
    }

    private void free() {
        plans.values().forEach(BatchPlans::close);
        plans.clear();
        arena.close();
    }
}
