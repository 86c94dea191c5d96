package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.PackingCache;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelLimits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Compiles a model and runs its plan, without a session. */
final class PlanRuns {
    private PlanRuns() {}

    static byte[][] run(ModelDefinition definition, KernelSet kernels, int batch, boolean sharing, Tensor input) {
        return run(definition, kernels, batch, sharing, input, 1);
    }

    /** The outputs of two runs, as memory must not carry anything over from the first. */
    static byte[][] run(
            ModelDefinition definition, KernelSet kernels, int batch, boolean sharing, Tensor input, int threads) {
        try (Arena arena = Arena.ofShared();
                WorkerPool pool = new WorkerPool(threads)) {
            Plan plan = PlanCompiler.compile(
                    "test",
                    definition,
                    ModelLimits.defaults(),
                    kernels,
                    batch,
                    threads,
                    new PackingCache(arena),
                    arena,
                    sharing);
            MemorySegment memory = arena.allocate(plan.memoryBytes() + threads * plan.scratchBytes(), 64);
            MemorySegment.copy(
                    plan.constants(),
                    0,
                    memory,
                    plan.constantsOffset(),
                    plan.constants().byteSize());
            plan.setup().forEach(step -> step.kernel().run(memory, plan.memoryBytes()));
            byte[][] first = run(plan, memory, input, pool);
            assertThat(run(plan, memory, input, pool)).isDeepEqualTo(first);
            return first;
        }
    }

    private static byte[][] run(Plan plan, MemorySegment memory, Tensor input, WorkerPool pool) {
        Plan.Input form = plan.inputs().getFirst().getFirst();
        form.transfer().in(input.segment(), 0, memory);
        List<Step> steps = new ArrayList<>();
        if (form.conversion() != null) {
            steps.add(form.conversion());
        }
        steps.addAll(plan.steps());
        for (Step step : steps) {
            pool.run(shared(step), memory, plan.memoryBytes(), plan.scratchBytes(), RunControl.ENDLESS);
        }
        byte[][] outputs = new byte[plan.outputs().size()][];
        for (int o = 0; o < outputs.length; o++) {
            Plan.Output output = plan.outputs().get(o);
            Step conversion = output.conversion();
            if (conversion != null) {
                conversion.kernel().run(memory, plan.memoryBytes());
            }
            outputs[o] = new byte
                    [(int) Tensor.allocate(output.type(), output.shape())
                            .segment()
                            .byteSize()];
            output.transfer().out(memory, MemorySegment.ofArray(outputs[o]), 0);
        }
        return outputs;
    }

    /** Even small steps, so that threads divide them. */
    private static Step shared(Step step) {
        return new Step(step.slot(), step.name(), step.kernel(), step.macs(), true, step.chunk());
    }
}
