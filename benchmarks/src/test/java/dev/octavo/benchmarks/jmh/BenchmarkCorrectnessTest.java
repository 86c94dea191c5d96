package dev.octavo.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.machine.MachinePeaks;
import dev.octavo.runtime.Tensor;
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
        float[] logits = new ModelBenchmark().run(caller).toFloatArray();
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
    void theDowncallReturns() {
        DowncallBenchmark benchmark = new DowncallBenchmark();
        assertThat(benchmark.call()).isEqualTo(MachinePeaks.emit().isPresent());
        benchmark.close();
    }
}
