package dev.octavo.benchmarks.jmh;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.NetworkModels;
import dev.octavo.benchmarks.models.SyntheticImage;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.graph.Graph;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Whole networks: the latency of a run, and the throughput of as many sessions of one model as there are CPUs. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
public class ModelBenchmark {
    /** What all threads share. */
    @State(Scope.Benchmark)
    public static class Shared {
        /** Which network. */
        @Param({"mobilenet_v2", "resnet18", "resnet50"})
        public String network = "mobilenet_v2";

        /** Integer model or float baseline. */
        @Param({"int8", "float"})
        public String arithmetic = "int8";

        /** Images per run. */
        @Param({"1", "8", "32"})
        public int batch = 1;

        private @Nullable Model model;

        /** Converts the network. */
        @Setup
        public void convert() {
            Graph graph = NetworkModels.graph(Architecture.of(network));
            model = Model.of(
                    switch (arithmetic) {
                        case "int8" -> NetworkModels.int8(graph);
                        case "float" -> Converter.inFloat(graph);
                        default -> throw new IllegalArgumentException(arithmetic + " is neither int8 nor float");
                    });
        }

        /** Closes the model. */
        @TearDown
        public void close() {
            model().close();
        }

        private Model model() {
            if (model == null) {
                throw new IllegalStateException("the network was not converted");
            }
            return model;
        }
    }

    /** What each thread has for itself. */
    @State(Scope.Thread)
    public static class Caller {
        private @Nullable Session session;
        private Tensor images = Tensor.of(new float[1], 1);

        /** Opens a session. */
        @Setup(Level.Trial)
        public void open(Shared shared) {
            session = shared.model().newSession(SessionOptions.defaults().withBatch(shared.batch));
            float[] one = SyntheticImage.planar(new SplittableRandom(3));
            float[] all = new float[shared.batch * one.length];
            for (int n = 0; n < shared.batch; n++) {
                System.arraycopy(one, 0, all, n * one.length, one.length);
            }
            images = Tensor.of(all, shared.batch, 3, 224, 224);
        }

        /** Closes the session. */
        @TearDown
        public void close() {
            session().close();
        }

        private Session session() {
            if (session == null) {
                throw new IllegalStateException("no session was opened");
            }
            return session;
        }
    }

    /** JMH makes it. */
    public ModelBenchmark() {}

    /** One run of a batch. */
    @Benchmark
    public Tensor run(Caller caller, Allocation allocation) {
        allocation.begin();
        Tensor logits = caller.session().run(caller.images);
        allocation.end();
        return logits;
    }

    /** Runs per second of one thread per CPU, each with a session of its own. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Threads(Threads.MAX)
    public Tensor runOnEveryCpu(Caller caller, Allocation allocation) {
        return run(caller, allocation);
    }
}
