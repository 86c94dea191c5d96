package dev.octavo.benchmarks.layers;

import dev.octavo.benchmarks.jmh.Allocation;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.machine.MachinePeaks;
import dev.octavo.kernels.tiers.KernelSets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * One convolution of a well-known network on one thread: runs per second, {@code gigaMacs} per second, and {@code
 * shareOfPeak}, which is their part of what the core can do at most in the same arithmetic.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class LayerBenchmark {
    /** The name of the layer. */
    @Param({
        "ResNet-50: 7x7 3-64 /2 @ 224",
        "ResNet-50: 3x3 64-64 @ 56",
        "ResNet-50: 1x1 64-256 @ 56",
        "ResNet-50: 3x3 256-256 @ 14",
        "ResNet-50: 1x1 1024-256 @ 14",
        "ResNet-50: 2048-1000",
        "MobileNet: 1x1 24-144 @ 56",
        "MobileNet: depthwise 3x3 144 @ 56",
        "MobileNet: depthwise 3x3 512 @ 14"
    })
    public String layer = "ResNet-50: 3x3 64-64 @ 56";

    /** The tier. */
    @Param({"machine", "vector"})
    public String kernels = "machine";

    /** Integer or float. */
    @Param({"uint8", "float"})
    public String arithmetic = "uint8";

    /** What the runs did, which JMH divides by the time. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        private long runs;
        private double gigaMacsOfRun;
        private double peak = Double.NaN;

        /** JMH makes it. */
        public Work() {}

        /** Learns the size of the work, and the peak where code can be emitted to measure it. */
        @Setup
        public void prepare(LayerBenchmark benchmark) {
            gigaMacsOfRun = benchmark.shape().macs() * 1e-9;
            Optional<MachinePeaks> emitted = MachinePeaks.emit();
            if (emitted.isPresent()) {
                try (MachinePeaks peaks = emitted.get()) {
                    peak = benchmark.arithmetic.equals("float") ? peaks.floatGigaMacs() : peaks.int8GigaMacs();
                }
            }
        }

        /** Begins to count anew. */
        @Setup(Level.Iteration)
        public void reset() {
            runs = 0;
        }

        /** Multiply-accumulates, 10^9. */
        public double gigaMacs() {
            return runs * gigaMacsOfRun;
        }

        /** Returns the share of the peak that was reached, 0 to 1; NaN where the peak is unknown. */
        public double shareOfPeak() {
            return gigaMacs() / peak;
        }
    }

    private final Arena arena = Arena.ofShared();
    private MemorySegment memory = MemorySegment.NULL;
    private MemorySegment result = MemorySegment.NULL;
    private long scratch;
    private @Nullable Kernel kernel;

    /** JMH makes it. */
    public LayerBenchmark() {}

    /** Packs the weights. */
    @Setup
    public void prepare() {
        LayerCase shape = shape();
        KernelSpec spec = arithmetic.equals("float") ? shape.float32(arena) : shape.uint8(arena);
        Kernel prepared = KernelSets.byName(kernels).prepare(spec, arena).orElseThrow();
        memory = shape.memory(spec, prepared.scratchBytes(), arena);
        scratch = LayerCase.scratch(spec);
        result = LayerCase.result(spec, memory);
        kernel = prepared;
    }

    private LayerCase shape() {
        return LayerCase.ALL.stream()
                .filter(c -> c.name().equals(layer))
                .findFirst()
                .orElseThrow();
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        arena.close();
    }

    /** One run of the layer; the result is its output. */
    @Benchmark
    public MemorySegment run(Work work, Allocation allocation) {
        if (kernel == null) {
            throw new IllegalStateException("the kernel was not prepared");
        }
        allocation.begin();
        kernel.run(memory, scratch);
        allocation.end();
        work.runs++;
        return result;
    }
}
