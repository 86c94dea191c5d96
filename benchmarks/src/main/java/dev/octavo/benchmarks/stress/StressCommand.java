package dev.octavo.benchmarks.stress;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.NetworkModels;
import dev.octavo.runtime.format.ModelWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code benchmark stress}: models and sessions opened, run and closed under each other for minutes. */
@Command(
        name = "stress",
        description = "Opens, runs and closes models and sessions on many threads; checks answers and memory.",
        mixinStandardHelpOptions = true)
public final class StressCommand implements Callable<Integer> {
    private static final double SECONDS_PER_PAUSE = 30;

    @Option(names = "--minutes", defaultValue = "20", description = "How long, ${DEFAULT-VALUE} by default.")
    private double minutes;

    @Option(names = "--threads", defaultValue = "8", description = "How many, ${DEFAULT-VALUE} by default.")
    private int threads;

    @Option(
            names = "--networks",
            split = ",",
            defaultValue = "mobilenet_v2,resnet18",
            description = "Which, ${DEFAULT-VALUE} by default.")
    private List<String> networks = List.of();

    /** Options are set by picocli. */
    public StressCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("octavo-stress");
        try {
            List<Path> files = new ArrayList<>();
            for (Architecture architecture : Architecture.chosen(networks)) {
                Path file = folder.resolve(architecture.id() + ".octavo");
                ModelWriter.write(NetworkModels.int8(NetworkModels.graph(architecture)), file);
                files.add(file);
            }
            int pauses = (int) Math.max(2, minutes * 60 / SECONDS_PER_PAUSE);
            Stress.Outcome outcome = new Stress(files, System.out::println).run(threads, minutes * 60, pauses);
            System.out.println(outcome);
            outcome.failures().stream().distinct().limit(20).forEach(System.out::println);
            return outcome.failures().isEmpty() ? 0 : 1;
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}
