package dev.octavo.benchmarks.jmh;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.NetworkModels;
import dev.octavo.benchmarks.rounding.NetworkRounding;
import dev.octavo.tools.quantize.QuantizedWeights;
import dev.octavo.tools.quantize.WeightRounding;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Rounding all weights of a network to 8 bits on one thread, by the stages of SQuant; {@code benchmark rounding} shows the
 * time of each layer.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
public class RoundingBenchmark {
    /** Which network. */
    @Param("resnet50")
    public String network = "resnet50";

    /** Which stages. */
    @Param({"NEAREST", "SQUANT_KERNEL", "SQUANT_CHANNEL", "SQUANT"})
    public WeightRounding rounding = WeightRounding.SQUANT;

    private NetworkRounding layers = new NetworkRounding(List.of());

    /** JMH makes it. */
    public RoundingBenchmark() {}

    /** Reads the network. */
    @Setup
    public void read() {
        layers = NetworkRounding.of(NetworkModels.graph(Architecture.of(network)));
    }

    /** All layers. */
    @Benchmark
    public List<QuantizedWeights> round() {
        return NetworkRounding.onOneThread(() -> layers.round(rounding));
    }

    NetworkRounding layers() {
        return layers;
    }
}
