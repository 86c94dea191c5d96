package dev.octavo.benchmarks.layers;

import dev.octavo.benchmarks.measure.Rounds;
import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.tiers.KernelSets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Prints how fast each tier convolves, in float and in uint8, on one thread: 10^9 multiply-adds per second, and their part
 * of the core's FMA peak, which is measured in the same rounds.
 *
 * <pre>
 * mvn -q compile &amp;&amp; taskset -c 1 java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
 *     -cp kernels/target/classes:benchmarks/target/classes dev.octavo.benchmarks.layers.ConvolutionSpeed [FILTER]
 * </pre>
 *
 * {@code FILTER} picks the layers whose name contains it.
 */
public final class ConvolutionSpeed {
    private static final int ROUNDS = 5;
    private static final double SECONDS_PER_TURN = 0.1;
    private static final long SETTLED_NANOS = 1_500_000_000;
    private static final String PEAK = "peak";

    private ConvolutionSpeed() {}

    /** The command line. */
    public static void main(String[] arguments) {
        String filter = arguments.length == 0 ? "" : arguments[0];
        for (LayerCase layer : LayerCase.ALL) {
            if (layer.name().contains(filter)) {
                measure(layer);
            }
        }
    }

    private static void measure(LayerCase layer) {
        FloatPeak peak = new FloatPeak();
        try (Arena arena = Arena.ofShared()) {
            Map<String, Runnable> contenders = new LinkedHashMap<>();
            contenders.put(PEAK, peak);
            for (KernelSet tier : KernelSets.usable()) {
                if (!tier.name().equals("scalar")) {
                    add(contenders, layer, tier, layer.float32(arena), arena);
                    add(contenders, layer, tier, layer.uint8(arena), arena);
                }
            }
            contenders.values().forEach(ConvolutionSpeed::warm);
            Map<String, Timing> timings = Rounds.of(ROUNDS, SECONDS_PER_TURN).measure(contenders);
            double most = 0;
            System.out.println(layer.name());
            for (Map.Entry<String, Timing> timing : timings.entrySet()) {
                boolean reference = timing.getKey().equals(PEAK);
                long macs = reference ? FloatPeak.macs() : layer.macs();
                double speed = macs / timing.getValue().least() / 1e6;
                most = reference ? speed : most;
                System.out.printf("    %-40s %7.1f GMAC/s  %5.3f%n", timing.getKey(), speed, speed / most);
            }
        }
        if (Float.isNaN(peak.result())) {
            throw new IllegalStateException("the peak was not measured");
        }
    }

    /** Runs until runs stop becoming faster: the compiler may have other work first. */
    private static void warm(Runnable contender) {
        long least = Long.MAX_VALUE;
        long improved = System.nanoTime();
        while (true) {
            long before = System.nanoTime();
            contender.run();
            long after = System.nanoTime();
            if (after - before < least - least / 10) {
                least = after - before;
                improved = after;
            } else if (after - improved > SETTLED_NANOS) {
                return;
            }
        }
    }

    private static void add(
            Map<String, Runnable> contenders, LayerCase layer, KernelSet tier, KernelSpec spec, Arena arena) {
        Kernel kernel = tier.prepare(spec, arena).orElseThrow();
        if (kernel.name().contains("scalar")) {
            return;
        }
        long scratch = LayerCase.scratch(spec);
        MemorySegment memory = layer.memory(spec, kernel.scratchBytes(), arena);
        contenders.put(kernel.name(), () -> kernel.run(memory, scratch));
    }
}
