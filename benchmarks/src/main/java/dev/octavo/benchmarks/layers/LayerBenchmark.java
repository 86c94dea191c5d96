package dev.octavo.benchmarks.layers;

import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSets;
import dev.octavo.kernels.KernelSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One convolution of a well-known network on one thread. {@link ConvolutionSpeed} gives the same as shares of the peak. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
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

    private final Arena arena = Arena.ofShared();
    private MemorySegment memory = MemorySegment.NULL;
    private long scratch;
    private @Nullable Kernel kernel;

    /** JMH makes it. */
    public LayerBenchmark() {}

    /** Packs the weights. */
    @Setup
    public void prepare() {
        LayerCase shape = LayerCase.ALL.stream()
                .filter(c -> c.name().equals(layer))
                .findFirst()
                .orElseThrow();
        KernelSpec spec = arithmetic.equals("float") ? shape.float32(arena) : shape.uint8(arena);
        Kernel prepared = KernelSets.byName(kernels).prepare(spec, arena).orElseThrow();
        memory = LayerCase.memory(spec, prepared.scratchBytes(), arena);
        scratch = LayerCase.scratch(spec);
        kernel = prepared;
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        arena.close();
    }

    /** One run of the layer. */
    @Benchmark
    public MemorySegment run() {
        if (kernel == null) {
            throw new IllegalStateException("the kernel was not prepared");
        }
        kernel.run(memory, scratch);
        return memory;
    }
}
