package dev.octavo.tools.evaluate;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.OperationProfile;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.TensorSpec;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How fast a model runs on noise.
 *
 * @param kernels the tier that computed
 * @param prepareMs compiling the plan and packing the weights
 * @param firstRunMs the first run, with nothing warm
 * @param latency of the runs after the warm-up
 * @param macsPerRun multiplications with accumulation of the whole batch
 * @param allocatedBytesPerRun on the heap, by all threads, once warm
 */
public record Benchmark(
        String kernels,
        int threads,
        int batch,
        double prepareMs,
        double firstRunMs,
        Latency latency,
        long macsPerRun,
        long allocatedBytesPerRun) {
    private static final int LEAST_RUNS = 5;

    private static final int WARM_UP_RUNS = 50;

    private static final double MOST_WARM_UP = 10;
    private static final double ALLOCATION_SECONDS = 0.1;

    /** Images per second at the median. */
    public double imagesPerSecond() {
        return batch / (latency.medianMs() / 1e3);
    }

    /** Billions of multiplications with accumulation per second at the median. */
    public double gmacPerSecond() {
        return macsPerRun / (latency.medianMs() * 1e6);
    }

    /**
     * Runs a model for a while.
     *
     * @param seconds to measure, at least five runs. The warm-up before takes half as long, or up to ten times that
     *     until the fiftieth run and one that allocates nothing
     * @param progress hears how many nanoseconds have been measured
     */
    public static Benchmark run(Model model, SessionOptions options, double seconds, LongConsumer progress) {
        long begin = System.nanoTime();
        try (Session session = model.newSession(options.withProfiling(false))) {
            long prepared = System.nanoTime();
            List<Tensor> inputs = noise(model, options.batch());
            long started = System.nanoTime();
            session.run(inputs);
            long first = System.nanoTime();
            AllocationMeter meter = AllocationMeter.create();
            warmUp(() -> session.run(inputs), meter, seconds / 2);
            long[] nanos = repeat(session, inputs, seconds, progress);
            Latency latency = Latency.of(nanos);
            int times = (int) Math.clamp(ALLOCATION_SECONDS * 1e3 / latency.medianMs(), 1, 100);
            long allocated = meter.bytesPerRun(() -> session.run(inputs), times);
            return new Benchmark(
                    options.kernels().name(),
                    options.threads(),
                    options.batch(),
                    (prepared - begin) / 1e6,
                    (first - started) / 1e6,
                    latency,
                    macs(model, options, inputs),
                    allocated);
        }
    }

    /** Vectors are objects until the optimizing compiler has seen all code of a kernel: what allocates is not warm. */
    private static void warmUp(Runnable run, AllocationMeter meter, double seconds) {
        long start = System.nanoTime();
        double elapsed = 0;
        boolean warm = false;
        for (int runs = 0; elapsed < seconds || (!warm && elapsed < MOST_WARM_UP * seconds); runs++) {
            run.run();
            warm = runs >= WARM_UP_RUNS && meter.bytesPerRun(run, 1) == 0;
            elapsed = (System.nanoTime() - start) / 1e9;
        }
    }

    private static long[] repeat(Session session, List<Tensor> inputs, double seconds, LongConsumer progress) {
        long[] nanos = new long[1024];
        int runs = 0;
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        for (long before = start; before < end || runs < LEAST_RUNS; ) {
            session.run(inputs);
            long after = System.nanoTime();
            if (runs == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * runs);
            }
            nanos[runs++] = after - before;
            progress.accept(after - start);
            before = System.nanoTime();
        }
        return Arrays.copyOf(nanos, runs);
    }

    private static long macs(Model model, SessionOptions options, List<Tensor> inputs) {
        try (Session session = model.newSession(options.withProfiling(true))) {
            session.run(inputs);
            return session.profile().stream().mapToLong(OperationProfile::macs).sum();
        }
    }

    /** Returns inputs that are equal each time: bytes over their whole range, floats in [−1, 1). */
    private static List<Tensor> noise(Model model, int batch) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        return model.inputs().stream().map(spec -> noise(spec, batch, random)).toList();
    }

    private static Tensor noise(TensorSpec spec, int batch, RandomGenerator random) {
        Tensor tensor = Tensor.allocate(spec.type(), spec.shape(batch));
        for (long i = 0; i < tensor.elements(); i++) {
            if (spec.type() == ElementType.FLOAT32) {
                tensor.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat(-1, 1));
            } else {
                tensor.segment().set(ValueLayout.JAVA_BYTE, i, (byte) Math.max(-127, random.nextInt(-128, 128)));
            }
        }
        return tensor;
    }
}
