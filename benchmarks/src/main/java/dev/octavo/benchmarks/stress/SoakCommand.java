package dev.octavo.benchmarks.stress;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.NetworkModels;
import dev.octavo.runtime.format.ModelWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code benchmark soak}: one pool under many threads, with reloads, for minutes. */
@Command(
        name = "soak",
        description = "Runs one pool on platform and virtual threads, with reloads; checks answers and memory.",
        mixinStandardHelpOptions = true)
public final class SoakCommand implements Callable<Integer> {
    private static final double SECONDS_PER_SAMPLE = 15;

    @Option(names = "--minutes", defaultValue = "30", description = "How long, ${DEFAULT-VALUE} by default.")
    private double minutes;

    @Option(names = "--platform", defaultValue = "64", description = "Platform threads, ${DEFAULT-VALUE} by default.")
    private int platform;

    @Option(names = "--virtual", defaultValue = "500", description = "Virtual threads, ${DEFAULT-VALUE} by default.")
    private int virtual;

    @Option(names = "--sessions", defaultValue = "2", description = "Of the pool, ${DEFAULT-VALUE} by default.")
    private int sessions;

    @Option(names = "--network", defaultValue = "mobilenet_v2", description = "Which, ${DEFAULT-VALUE} by default.")
    private String network = "";

    /** Options are set by picocli. */
    public SoakCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path file = Files.createTempFile("octavo-soak", ".octavo");
        try {
            Architecture architecture = Architecture.chosen(List.of(network)).getFirst();
            ModelWriter.write(NetworkModels.int8(NetworkModels.graph(architecture)), file);
            int samples = (int) Math.max(3, minutes * 60 / SECONDS_PER_SAMPLE);
            List<String> failures =
                    new PoolSoak(file, sessions).run(platform, virtual, minutes * 60, samples, System.out::println);
            failures.stream().distinct().limit(20).forEach(System.out::println);
            System.out.println(failures.size() + " failures");
            return failures.isEmpty() ? 0 : 1;
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
