package dev.octavo.tools.cli;

import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.tools.evaluate.Benchmark;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code octavo bench}. */
@Command(name = "bench", description = "Measure how fast a model runs, on noise.")
final class BenchCommand implements Callable<Integer> {
    private static final double MAX_SECONDS = 3600;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "A model, .octavo or .onnx (which runs in float).")
    private Path file;

    @Option(
            names = "--kernels",
            paramLabel = "TIER",
            description = "The kernels to use: scalar, vector or machine; the best by default.")
    private @Nullable String kernels;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that share one run; 1 by default.")
    private int threads = 1;

    @Option(names = "--batch", paramLabel = "N", description = "Images per run; 1 by default.")
    private int batch = 1;

    @Option(names = "--seconds", paramLabel = "S", description = "How long to measure; 3 by default.")
    private double seconds = 3;

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    @Mixin
    private InputShapes shapes;

    @Override
    public Integer call() throws IOException {
        if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds must be above 0 and at most " + MAX_SECONDS + ", not " + seconds);
        }
        SessionOptions options = options();
        PrintWriter out = spec.commandLine().getOut();
        try (ModelFile model = ModelFile.open(file, shapes)) {
            Benchmark benchmark = run(model, options);
            double loadMs = model.openMs() + benchmark.prepareMs();
            if (json) {
                printJson(out, benchmark, loadMs);
            } else {
                print(out, benchmark, loadMs);
            }
        }
        return 0;
    }

    private Benchmark run(ModelFile model, SessionOptions options) {
        long totalMs = Math.round(seconds * 1e3);
        try (Progress progress = Progress.start(spec.commandLine().getErr(), "measuring, ms", totalMs)) {
            return Benchmark.run(
                    model.model(), options, seconds, nanos -> progress.at(Math.min(totalMs, nanos / 1_000_000)));
        }
    }

    private SessionOptions options() {
        try {
            SessionOptions options =
                    SessionOptions.defaults().withThreads(threads).withBatch(batch);
            return kernels == null ? options : options.withKernels(KernelSets.byName(kernels));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void print(PrintWriter out, Benchmark benchmark, double loadMs) {
        TextTable table = new TextTable();
        table.row("kernels", benchmark.kernels() + ", threads " + benchmark.threads() + ", batch " + benchmark.batch());
        table.row(
                "median",
                Texts.number(benchmark.latency().medianMs(), 3) + " ms of "
                        + benchmark.latency().runs() + " runs");
        table.row("p99", Texts.number(benchmark.latency().p99Ms(), 3) + " ms");
        table.row(
                "throughput",
                Texts.number(benchmark.imagesPerSecond(), 1) + " images/s, "
                        + Texts.number(benchmark.gmacPerSecond(), 2) + " GMAC/s");
        table.row("allocated", benchmark.allocatedBytesPerRun() + " bytes per run");
        table.row(
                "load",
                Texts.number(loadMs, 1) + " ms, then first run " + Texts.number(benchmark.firstRunMs(), 2) + " ms");
        table.print(out);
    }

    private static void printJson(PrintWriter out, Benchmark benchmark, double loadMs) {
        Json.print(out, json -> {
            json.writeNumberProperty("medianMs", benchmark.latency().medianMs());
            json.writeNumberProperty("p99Ms", benchmark.latency().p99Ms());
            json.writeNumberProperty("minMs", benchmark.latency().minMs());
            json.writeNumberProperty("runs", benchmark.latency().runs());
            json.writeNumberProperty("imagesPerSecond", benchmark.imagesPerSecond());
            json.writeStringProperty("kernels", benchmark.kernels());
            json.writeNumberProperty("threads", benchmark.threads());
            json.writeNumberProperty("batch", benchmark.batch());
            json.writeNumberProperty("gmacPerSecond", benchmark.gmacPerSecond());
            json.writeNumberProperty("allocatedBytesPerRun", benchmark.allocatedBytesPerRun());
            json.writeNumberProperty("firstRunMs", benchmark.firstRunMs());
            json.writeNumberProperty("loadMs", loadMs);
        });
    }
}
