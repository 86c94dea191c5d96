package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.RandomModels;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightSharingTest {
    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anotherBatchSizePacksNothing(long seed) {
        for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
            for (KernelSet kernels : KernelSets.usable()) {
                try (Arena arena = Arena.ofConfined()) {
                    PackingCache weights = new PackingCache(arena);
                    PlanCompiler.compile("test", model, ModelLimits.defaults(), kernels, 1, 1, weights, arena);
                    int forms = weights.forms();
                    long bytes = weights.bytes();
                    assertThat(forms > 0).as(kernels.name()).isEqualTo(bytes > 0);
                    PlanCompiler.compile("test", model, ModelLimits.defaults(), kernels, 3, 2, weights, arena);
                    PlanCompiler.compile("test", model, ModelLimits.defaults(), kernels, 1, 1, weights, arena);
                    assertThat(weights.forms()).as(kernels.name()).isEqualTo(forms);
                    assertThat(weights.bytes()).as(kernels.name()).isEqualTo(bytes);
                }
            }
        }
    }

    /** As in a file whose arrays begin at one offset and differ in length. */
    @ParameterizedTest
    @MethodSource("seeds")
    void weightsThatBeginAtOnePlaceAreToldApart(long seed) {
        try (Arena arena = Arena.ofShared()) {
            for (ModelDefinition model : List.of(RandomModels.quantized(seed, 14), RandomModels.floating(seed, 14))) {
                MemorySegment all = longest(model, arena);
                ModelDefinition overlapping = withWeights(model, weights -> all.asSlice(0, weights.byteSize()));
                ModelDefinition copied = withWeights(model, weights -> {
                    MemorySegment copy = arena.allocate(weights.byteSize(), Float.BYTES);
                    return copy.copyFrom(all.asSlice(0, weights.byteSize()));
                });
                Tensor input = RandomModels.input(model, 1, seed);
                byte[][] expected = PlanRuns.run(copied, KernelSets.byName("scalar"), 1, true, input);
                for (KernelSet kernels : KernelSets.usable()) {
                    assertThat(PlanRuns.run(overlapping, kernels, 1, true, input))
                            .as(kernels.name())
                            .isDeepEqualTo(expected);
                }
            }
        }
    }

    private static MemorySegment longest(ModelDefinition model, Arena arena) {
        MemorySegment[] longest = {MemorySegment.NULL};
        withWeights(model, weights -> {
            longest[0] = weights.byteSize() > longest[0].byteSize() ? weights : longest[0];
            return weights;
        });
        return arena.allocate(longest[0].byteSize(), Float.BYTES).copyFrom(longest[0]);
    }

    private static ModelDefinition withWeights(ModelDefinition model, UnaryOperator<MemorySegment> change) {
        List<OperationDefinition> operations = model.operations().stream()
                .map(o -> new OperationDefinition(
                        o.name(),
                        switch (o.operation()) {
                            case Operation.Convolution c ->
                                new Operation.Convolution(
                                        c.shape(),
                                        c.padding(),
                                        change.apply(c.weights()),
                                        c.bias(),
                                        c.epilogue(),
                                        c.residual());
                            case Operation.FloatConvolution c ->
                                new Operation.FloatConvolution(
                                        c.shape(), c.padding(), change.apply(c.weights()), c.bias(), c.low(), c.high());
                            default -> o.operation();
                        },
                        o.inputs(),
                        o.output()))
                .toList();
        return new ModelDefinition(
                model.metadata(), model.tensors(), operations, model.inputs(), model.outputs(), model.batchable());
    }
}
