package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.RandomModels;
import dev.octavo.runtime.format.ModelDefinition;
import java.lang.foreign.Arena;
import java.util.List;
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
                    PlanCompiler.compile("test", model, kernels, 1, 1, weights, arena);
                    int forms = weights.forms();
                    long bytes = weights.bytes();
                    assertThat(forms > 0).as(kernels.name()).isEqualTo(bytes > 0);
                    PlanCompiler.compile("test", model, kernels, 3, 2, weights, arena);
                    PlanCompiler.compile("test", model, kernels, 1, 1, weights, arena);
                    assertThat(weights.forms()).as(kernels.name()).isEqualTo(forms);
                    assertThat(weights.bytes()).as(kernels.name()).isEqualTo(bytes);
                }
            }
        }
    }
}
