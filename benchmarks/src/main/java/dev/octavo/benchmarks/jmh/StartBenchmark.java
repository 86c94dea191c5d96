package dev.octavo.benchmarks.jmh;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.NetworkModels;
import dev.octavo.benchmarks.models.SyntheticImage;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.graph.Graph;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** What happens once, each time in a fresh JVM: converting a network, and the way from a model to its first answer. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Measurement(iterations = 1)
@Fork(value = 5, jvmArgsAppend = "-Xmx4g")
@State(Scope.Benchmark)
public class StartBenchmark {
    /** Which network. */
    @Param({"mobilenet_v2", "resnet18", "resnet50"})
    public String network = "mobilenet_v2";

    private final float[] image = SyntheticImage.planar(new SplittableRandom(3));
    private @Nullable Graph graph;
    private @Nullable ModelDefinition definition;

    /** JMH makes it. */
    public StartBenchmark() {}

    /** Reads the network. */
    @Setup
    public void read() {
        graph = NetworkModels.graph(Architecture.of(network));
        definition = NetworkModels.int8(graph);
    }

    /** A float graph to integers. */
    @Benchmark
    public ModelDefinition convert() {
        if (graph == null) {
            throw new IllegalStateException("the network was not read");
        }
        return NetworkModels.int8(graph);
    }

    /** A model in memory to its first answer: kernels emitted, weights packed, one run. */
    @Benchmark
    public Tensor firstAnswer() {
        if (definition == null) {
            throw new IllegalStateException("the network was not converted");
        }
        try (Model model = Model.of(definition);
                Session session = model.newSession()) {
            return session.run(Tensor.of(image, 1, 3, 224, 224));
        }
    }
}
