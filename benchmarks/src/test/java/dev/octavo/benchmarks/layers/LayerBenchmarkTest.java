package dev.octavo.benchmarks.layers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

class LayerBenchmarkTest {
    @Test
    void everyLayerRunsOnEveryTier() throws ReflectiveOperationException {
        List<String> layers = Arrays.asList(LayerBenchmark.class
                .getField("layer")
                .getAnnotation(Param.class)
                .value());
        assertThat(LayerCase.ALL.stream().map(LayerCase::name)).containsAll(layers);
        for (KernelSet tier : KernelSets.usable()) {
            for (String arithmetic : List.of("uint8", "float")) {
                LayerBenchmark benchmark = new LayerBenchmark();
                benchmark.layer = "ResNet-50: 2048-1000";
                benchmark.kernels = tier.name();
                benchmark.arithmetic = arithmetic;
                benchmark.prepare();
                assertThat(benchmark.run().byteSize()).as(tier.name()).isPositive();
                benchmark.close();
            }
        }
    }
}
