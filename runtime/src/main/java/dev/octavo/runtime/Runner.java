package dev.octavo.runtime;

import dev.octavo.runtime.plan.BatchPlans;
import dev.octavo.runtime.plan.Plan;
import dev.octavo.runtime.plan.WorkerPool;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Memory in which one run at a time of a model computes, of any batch size up to that of the options. Memory for a batch size
 * is taken when a run first needs it, and what goes image by image has the same memory for every batch size.
 */
final class Runner {
    private final BatchPlans plans;
    private final SessionOptions options;
    private final List<String> inputNames;
    private final List<String> outputNames;
    private final RunGate gate;
    private final Arena arena;
    private final WorkerPool workers;
    private final IdentityHashMap<Plan, PlanMemory> memories = new IdentityHashMap<>();
    private final Map<Integer, List<SessionStage>> batches = new HashMap<>();

    /**
     * Takes memory and threads for runs of a batch size.
     *
     * @param released is told once all of it has been given back
     */
    Runner(
            BatchPlans plans,
            SessionOptions options,
            List<String> inputNames,
            List<String> outputNames,
            int firstBatch,
            Resources resources,
            Consumer<Runner> released) {
        this.plans = plans;
        this.options = options;
        this.inputNames = inputNames;
        this.outputNames = outputNames;
        this.gate = new RunGate(() -> {
            free();
            released.accept(this);
        });
        this.arena = resources.arenas().get();
        try {
            Workers shared = options.workers();
            this.workers = shared == null ? new WorkerPool(options.threads(), resources.threads()) : shared.pool();
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
        try {
            stages(firstBatch);
        } catch (Throwable e) {
            free();
            throw e;
        }
    }

    RunGate gate() {
        return gate;
    }

    List<String> inputNames() {
        return inputNames;
    }

    List<String> outputNames() {
        return outputNames;
    }

    /** Runs a model of one input and one output into the runner's own tensor. */
    Tensor run(int batch, Tensor input, long deadline) {
        if (inputNames.size() != 1 || outputNames.size() != 1) {
            throw new IllegalArgumentException("the model takes " + inputNames.size() + " inputs and gives "
                    + outputNames.size() + " outputs: call run with lists or maps");
        }
        begin(deadline);
        try {
            List<SessionStage> stages = stages(batch);
            stages.getFirst().accept(0, input);
            List<Tensor> outputs = stages.getLast().ownOutputs();
            compute(stages, outputs);
            return outputs.getFirst();
        } finally {
            end();
        }
    }

    /**
     * Runs a model.
     *
     * @param results what the outputs are written to, or null for the runner's own tensors
     * @param deadline as {@link RunGate} has it
     * @return the results
     */
    List<Tensor> run(int batch, List<Tensor> inputs, @Nullable List<Tensor> results, long deadline) {
        int given = results == null ? outputNames.size() : results.size();
        if (inputs.size() != inputNames.size() || given != outputNames.size()) {
            throw new IllegalArgumentException(inputs.size() + " inputs and " + given
                    + " outputs were given where the model has " + inputNames.size() + " and " + outputNames.size());
        }
        begin(deadline);
        try {
            List<SessionStage> stages = stages(batch);
            SessionStage last = stages.getLast();
            List<Tensor> outputs = results;
            if (outputs == null) {
                outputs = last.ownOutputs();
            } else {
                for (int i = 0; i < outputs.size(); i++) {
                    last.acceptOutput(i, outputs.get(i));
                }
            }
            for (int i = 0; i < inputs.size(); i++) {
                stages.getFirst().accept(i, inputs.get(i));
            }
            compute(stages, outputs);
            return outputs;
        } finally {
            end();
        }
    }

    /** Makes new tensors on the heap that hold the outputs of a batch. */
    List<Tensor> newOutputs(int batch) {
        begin(RunGate.NEVER);
        try {
            return stages(batch).getLast().newOutputs();
        } finally {
            end();
        }
    }

    /** Bytes off the heap: memory of runs and the own tensors. */
    long memoryBytes() {
        begin(RunGate.NEVER);
        try {
            long bytes = 0;
            for (PlanMemory memory : memories.values()) {
                bytes += memory.segment().byteSize();
            }
            for (List<SessionStage> stages : batches.values()) {
                bytes += stages.stream().mapToLong(SessionStage::outputBytes).sum();
            }
            return bytes;
        } finally {
            end();
        }
    }

    /** What the runs of a batch size spent. */
    List<OperationProfile> profile(int batch) {
        begin(RunGate.NEVER);
        try {
            return stages(batch).stream()
                    .flatMap(stage -> stage.profile().stream())
                    .toList();
        } finally {
            end();
        }
    }

    private void begin(long deadline) {
        gate.begin(deadline);
        workers.enter();
    }

    private void end() {
        workers.leave();
        gate.end();
    }

    private void compute(List<SessionStage> stages, List<Tensor> results) {
        for (int i = 0; i < stages.size() - 1; i++) {
            stages.get(i).run(stages.get(i).ownOutputs(), gate);
        }
        stages.getLast().run(results, gate);
    }

    private List<SessionStage> stages(int batch) {
        List<SessionStage> stages = batches.get(batch);
        if (stages == null) {
            stages = newStages(batch);
            batches.put(batch, stages);
        }
        return stages;
    }

    private List<SessionStage> newStages(int batch) {
        List<BatchPlans.Stage> planned = plans.stages(batch);
        List<SessionStage> stages = new ArrayList<>();
        for (int i = 0; i < planned.size(); i++) {
            Plan plan = planned.get(i).plan();
            PlanMemory memory = memories.get(plan);
            if (memory == null) {
                memory = new PlanMemory(plan, arena, workers, gate, options.profiling());
                memories.put(plan, memory);
            }
            boolean first = i == 0;
            boolean last = i == planned.size() - 1;
            SessionStage stage = new SessionStage(
                    memory,
                    planned.get(i).parts(),
                    first ? inputNames : unnamed(plan.inputs().size()),
                    last ? outputNames : unnamed(plan.outputs().size()));
            if (!first) {
                stage.follow(stages.getLast());
            }
            stages.add(stage);
        }
        return List.copyOf(stages);
    }

    private static List<String> unnamed(int count) {
        return Collections.nCopies(count, "");
    }

    private void free() {
        if (options.workers() == null) {
            workers.close();
        }
        arena.close();
    }
}
