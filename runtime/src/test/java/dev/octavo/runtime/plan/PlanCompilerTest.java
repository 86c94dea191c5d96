package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSets;
import dev.octavo.kernels.PackingCache;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.RandomModels;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanCompilerTest {
    private static final KernelSet SCALAR = KernelSets.byName("scalar");

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void sharedMemoryChangesNoByte(long seed) {
        for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
            Tensor input = input(model, 1, seed);
            assertThat(run(model, SCALAR, 1, true, input)).isDeepEqualTo(run(model, SCALAR, 1, false, input));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyTierGivesTheSameBytes(long seed) {
        for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
            Tensor input = input(model, 2, seed);
            byte[][] expected = run(model, SCALAR, 2, true, input);
            for (KernelSet kernels : KernelSets.usable()) {
                assertThat(run(model, kernels, 2, true, input))
                        .as(kernels.name())
                        .isDeepEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void threadsChangeNoByte(long seed) {
        for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
            Tensor input = input(model, 2, seed);
            assertThat(run(model, KernelSets.select(), 2, true, input, 3))
                    .isDeepEqualTo(run(model, SCALAR, 2, true, input));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void imagesOfABatchDoNotMix(long seed) {
        for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
            Tensor batch = input(model, 3, seed);
            byte[][] together = run(model, SCALAR, 3, true, batch);
            long bytes = batch.segment().byteSize() / 3;
            for (int i = 0; i < 3; i++) {
                MemorySegment image = batch.segment().asSlice(i * bytes, bytes);
                byte[][] alone = run(model, SCALAR, 1, true, Tensor.wrap(batch.type(), image, shape(model, 1)));
                for (int o = 0; o < alone.length; o++) {
                    int length = alone[o].length;
                    assertThat(MemorySegment.ofArray(together[o])
                                    .asSlice((long) i * length, length)
                                    .toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(alone[o]);
                }
            }
        }
    }

    private static int[] shape(ModelDefinition definition, int batch) {
        try (Model model = Model.of(definition)) {
            return model.inputs().getFirst().shape(batch);
        }
    }

    private static Tensor input(ModelDefinition definition, int batch, long seed) {
        try (Model model = Model.of(definition)) {
            return RandomModels.input(model.inputs().getFirst(), batch, seed);
        }
    }

    private static byte[][] run(
            ModelDefinition definition, KernelSet kernels, int batch, boolean sharing, Tensor input) {
        return run(definition, kernels, batch, sharing, input, 1);
    }

    /** The outputs of two runs, as memory must not carry anything over from the first. */
    private static byte[][] run(
            ModelDefinition definition, KernelSet kernels, int batch, boolean sharing, Tensor input, int threads) {
        try (Arena arena = Arena.ofShared();
                WorkerPool pool = new WorkerPool(threads)) {
            Plan plan =
                    PlanCompiler.compile("test", definition, kernels, batch, new PackingCache(arena), arena, sharing);
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
        form.transfer().in(input.segment(), memory);
        List<Step> steps = new ArrayList<>();
        if (form.conversion() != null) {
            steps.add(form.conversion());
        }
        steps.addAll(plan.steps());
        for (Step step : steps) {
            pool.run(step.kernel(), memory, plan.memoryBytes(), plan.scratchBytes());
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
            output.transfer().out(memory, MemorySegment.ofArray(outputs[o]));
        }
        return outputs;
    }
}
