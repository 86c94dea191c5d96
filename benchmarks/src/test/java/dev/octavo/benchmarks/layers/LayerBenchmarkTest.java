package dev.octavo.benchmarks.layers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.benchmarks.jmh.Allocation;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Param;

class LayerBenchmarkTest {
    private static LayerBenchmark prepared(String layer, String kernels, String arithmetic) {
        LayerBenchmark benchmark = new LayerBenchmark();
        benchmark.layer = layer;
        benchmark.kernels = kernels;
        benchmark.arithmetic = arithmetic;
        benchmark.prepare();
        return benchmark;
    }

    private static MemorySegment run(LayerBenchmark benchmark) {
        LayerBenchmark.Work work = new LayerBenchmark.Work();
        work.prepare(benchmark);
        work.reset();
        MemorySegment result = benchmark.run(work, new Allocation());
        LayerCase shape = LayerCase.ALL.stream()
                .filter(c -> c.name().equals(benchmark.layer))
                .findFirst()
                .orElseThrow();
        assertThat(work.gigaMacs()).isEqualTo(shape.macs() * 1e-9);
        return result;
    }

    @Test
    void everyParameterNamesALayer() throws ReflectiveOperationException {
        Param layers = LayerBenchmark.class.getField("layer").getAnnotation(Param.class);
        assertThat(LayerCase.ALL.stream().map(LayerCase::name)).containsAll(Arrays.asList(layers.value()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ResNet-50: 2048-1000", "MobileNet: 1x1 24-144 @ 56", "MobileNet: depthwise 3x3 512 @ 14"})
    void everyTierGivesTheResultOfTheScalarOne(String layer) {
        for (String arithmetic : List.of("uint8", "float")) {
            LayerBenchmark reference = prepared(layer, "scalar", arithmetic);
            MemorySegment expected = run(reference);
            byte[] codes = expected.toArray(ValueLayout.JAVA_BYTE);
            assertThat(distinct(codes)).as("different bytes of the result").isGreaterThan(100);
            for (KernelSet tier : KernelSets.usable()) {
                LayerBenchmark benchmark = prepared(layer, tier.name(), arithmetic);
                MemorySegment actual = run(benchmark);
                if (arithmetic.equals("uint8")) {
                    assertThat(actual.toArray(ValueLayout.JAVA_BYTE))
                            .as(tier.name())
                            .isEqualTo(codes);
                } else {
                    assertThat(actual.toArray(ValueLayout.JAVA_FLOAT))
                            .as(tier.name())
                            .usingComparatorWithPrecision(1e-4f)
                            .containsExactly(expected.toArray(ValueLayout.JAVA_FLOAT));
                }
                benchmark.close();
            }
            reference.close();
        }
    }

    private static int distinct(byte[] codes) {
        boolean[] seen = new boolean[256];
        int count = 0;
        for (byte code : codes) {
            count += seen[code & 0xff] ? 0 : 1;
            seen[code & 0xff] = true;
        }
        return count;
    }
}
