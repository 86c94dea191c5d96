package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.measure.JavaProcess;
import dev.octavo.benchmarks.measure.Watchdog;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/** Runs contests in processes of their own; a contender that ends the process, or hangs, is left out of the next attempt. */
final class ContestProcess {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int CRASHES = 4;
    /** No turn takes so long, not even on a loaded machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final ComparisonOptions options;

    ContestProcess(ComparisonOptions options) {
        this.options = options;
    }

    /**
     * Runs a contest.
     *
     * @param turn told whose turn it is
     */
    ContestTask.Result run(ContestTask first, Consumer<String> turn) throws IOException {
        Path input = Files.createTempFile(options.folder(), "task", ".json");
        Path output = Files.createTempFile(options.folder(), "result", ".json");
        Path log = options.folder().resolve("contest.log");
        try {
            ContestTask task = first;
            for (int crash = 0; crash < CRASHES; crash++) {
                JSON.writeValue(input.toFile(), task);
                Process process = JavaProcess.on(
                                options.cpus(task.threads()),
                                task.threads(),
                                List.of(),
                                List.of("dev.octavo.benchmarks.Main", "contest", input.toString(), output.toString()))
                        .redirectError(log.toFile())
                        .start();
                String last = "";
                boolean hung;
                try (BufferedReader lines = process.inputReader();
                        Watchdog dog = new Watchdog(process, PATIENCE)) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        if (line.startsWith(ContestCommand.TURN)) {
                            dog.heard();
                            last = line.substring(ContestCommand.TURN.length());
                            turn.accept(last);
                        }
                    }
                    hung = dog.expired();
                }
                int status = JavaProcess.end(process);
                if (status == 0) {
                    return JSON.readValue(output.toFile(), ContestTask.Result.class);
                }
                task = task.without(
                        last.replaceFirst(", round \\d+$", ""),
                        hung
                                ? "did not end within " + PATIENCE.toMinutes() + " minutes and was killed"
                                : "ended its process with status " + status + ", see contest.log");
            }
            throw new IOException(first.network().id() + ": the process of the contest ended " + CRASHES + " times; "
                    + log + " says why");
        } finally {
            Files.delete(input);
            Files.delete(output);
        }
    }
}
