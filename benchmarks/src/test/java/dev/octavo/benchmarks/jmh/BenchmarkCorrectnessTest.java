package dev.octavo.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.benchmarks.rounding.NetworkRounding;
import dev.octavo.kernels.machine.MachinePeaks;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.quantize.QuantizedWeights;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the body of every benchmark once: what is measured must compute something. */
class BenchmarkCorrectnessTest {
    private static float[] run(String arithmetic, int batch) {
        ModelBenchmark.Shared shared = new ModelBenchmark.Shared();
        shared.arithmetic = arithmetic;
        shared.batch = batch;
        ModelBenchmark.Caller caller = new ModelBenchmark.Caller();
        shared.convert();
        caller.open(shared);
        Allocation allocation = new Allocation();
        allocation.reset();
        float[] logits = new ModelBenchmark().run(caller, allocation).toFloatArray();
        assertThat(new ModelBenchmark().runOnEveryCpu(caller, allocation).toFloatArray())
                .isEqualTo(logits);
        caller.close();
        shared.close();
        return logits;
    }

    @Test
    void modelsGiveTheSameLogitsForEveryImageOfABatchAndNearlyThoseOfFloat() {
        float[] one = run("int8", 1);
        float[] eight = run("int8", 8);
        assertThat(eight).hasSize(8 * one.length);
        for (int i = 0; i < eight.length; i++) {
            assertThat(eight[i]).isEqualTo(one[i % one.length]);
        }
        float[] real = run("float", 1);
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < real.length; i++) {
            signal += real[i] * real[i];
            noise += (real[i] - one[i]) * (real[i] - one[i]);
        }
        assertThat(10 * Math.log10(signal / noise)).as("SQNR in dB").isGreaterThan(8);
    }

    @Test
    void theStartGivesTheAnswerOfAWarmRun() {
        StartBenchmark start = new StartBenchmark();
        start.read();
        assertThat(start.convert().operations()).isNotEmpty();
        Tensor first = start.firstAnswer();
        float[] warm = run("int8", 1);
        for (int i = 0; i < warm.length; i++) {
            assertThat(first.get(i)).isCloseTo(warm[i], within(0f));
        }
    }

    @Test
    void roundingBalancesTheErrorsOfEveryChannel() {
        RoundingBenchmark benchmark = new RoundingBenchmark();
        benchmark.network = "resnet18";
        benchmark.read();
        List<QuantizedWeights> rounded = benchmark.round();
        List<NetworkRounding.Layer> layers = benchmark.layers().layers();
        assertThat(benchmark.layers().weights()).isBetween(11_600_000L, 11_700_000L);
        assertThat(rounded).hasSameSizeAs(layers);
        for (int i = 0; i < layers.size(); i++) {
            QuantizedWeights weights = rounded.get(i);
            for (int channel = 0; channel < weights.shape().channels(); channel++) {
                double error = 0;
                for (int kernel = 0; kernel < weights.shape().kernels(); kernel++) {
                    error += weights.kernelError(layers.get(i).weights(), channel, kernel);
                }
                assertThat(Math.abs(error / weights.scale(channel)))
                        .as(
                                "steps by which channel %s of %s is off",
                                channel, layers.get(i).name())
                        .isLessThan(0.501);
            }
        }
    }

    @Test
    void theDowncallReturns() {
        DowncallBenchmark benchmark = new DowncallBenchmark();
        assertThat(benchmark.call()).isEqualTo(MachinePeaks.emit().isPresent());
        benchmark.close();
    }
}
