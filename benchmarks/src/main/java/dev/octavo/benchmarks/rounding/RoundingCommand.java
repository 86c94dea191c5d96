package dev.octavo.benchmarks.rounding;

import com.sun.management.ThreadMXBean;
import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.NetworkModels;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightShape;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code benchmark rounding}: time per layer and memory of rounding a network's weights on one thread. */
@Command(
        name = "rounding",
        description = "Rounds the weights of a network to 8 bits on one thread; shows time per layer, and memory.",
        mixinStandardHelpOptions = true)
public final class RoundingCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--network", defaultValue = "resnet50", description = "Which, ${DEFAULT-VALUE} by default.")
    private String network = "";

    @Option(
            names = "--rounding",
            defaultValue = "SQUANT",
            description = "How: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
    private WeightRounding rounding = WeightRounding.SQUANT;

    @Option(names = "--rounds", defaultValue = "30", description = "How often, ${DEFAULT-VALUE} by default.")
    private int rounds;

    /** Options are set by picocli. */
    public RoundingCommand() {}

    /**
     * What rounding took.
     *
     * @param nanos [round][layer]
     * @param allocatedBytes on the heap in one round, results and garbage together
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Measurement(long[][] nanos, long allocatedBytes) {
        /** Rounds everything so often; the last round tells the memory. */
        static Measurement of(NetworkRounding network, WeightRounding rounding, int rounds) {
            return NetworkRounding.onOneThread(() -> {
                ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                long[][] nanos = new long[rounds][network.layers().size()];
                long allocated = 0;
                for (int round = 0; round < rounds; round++) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int i = 0; i < nanos[round].length; i++) {
                        long start = threads.getCurrentThreadCpuTime();
                        network.layers().get(i).round(rounding);
                        nanos[round][i] = threads.getCurrentThreadCpuTime() - start;
                    }
                    allocated = threads.getCurrentThreadAllocatedBytes() - before;
                }
                return new Measurement(nanos, allocated);
            });
        }

        /** Of all layers together, in ms: the median over the later half of the rounds, when the code is compiled. */
        double medianMs() {
            long[] totals = Arrays.stream(nanos)
                    .skip(nanos.length / 2)
                    .mapToLong(round -> Arrays.stream(round).sum())
                    .sorted()
                    .toArray();
            return totals[totals.length / 2] / 1e6;
        }

        /** Of one layer, in ms: the least of all rounds. */
        double leastMs(int layer) {
            return Arrays.stream(nanos).mapToLong(round -> round[layer]).min().orElseThrow() / 1e6;
        }
    }

    @Override
    public Integer call() {
        NetworkRounding layers = NetworkRounding.of(NetworkModels.graph(Architecture.of(network)));
        Measurement measured = Measurement.of(layers, rounding, rounds);
        PrintWriter out = spec.commandLine().getOut();
        List<NetworkRounding.Layer> list = layers.layers();
        for (int i = 0; i < list.size(); i++) {
            WeightShape shape = list.get(i).shape();
            out.printf(
                    Locale.ROOT,
                    "%-28s %5d × %5d × %2d %9d weights %8.3f ms%n",
                    list.get(i).name(),
                    shape.channels(),
                    shape.kernels(),
                    shape.taps(),
                    shape.size(),
                    measured.leastMs(i));
        }
        long floatBytes = layers.weights() * Float.BYTES;
        out.printf(
                Locale.ROOT,
                "%s of %s, %d weights, one thread: median %.1f ms; allocates %.1f MB beside %.1f MB of weights,"
                        + " %.2f times the weights in all%n",
                rounding,
                network,
                layers.weights(),
                measured.medianMs(),
                measured.allocatedBytes() / 1e6,
                floatBytes / 1e6,
                1 + (double) measured.allocatedBytes() / floatBytes);
        out.flush();
        return 0;
    }
}
