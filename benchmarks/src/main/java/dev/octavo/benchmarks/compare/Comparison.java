package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.measure.JavaProcess;
import dev.octavo.benchmarks.measure.ProgressBar;
import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.WriteModels;
import dev.octavo.benchmarks.onnx.RivalExport;
import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.rivals.Rival;
import dev.octavo.tools.export.Int8Form;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Measures networks against rivals, one network after the other, each in processes of its own, and collects the report. */
final class Comparison {
    private static final JsonMapper JSON = JsonMapper.shared();
    /** Part of a network's time that is for one thread. */
    private static final double ONE_THREAD = 0.7;

    private static final int CRASHES = 4;

    private final ComparisonOptions options;
    private final String command;
    private final long begin = System.nanoTime();
    private final Map<String, Double> peaks = new LinkedHashMap<>();
    private String instructionSet = "";

    Comparison(ComparisonOptions options, String command) {
        this.options = options;
        this.command = command;
    }

    private double seconds() {
        return (System.nanoTime() - begin) * 1e-9;
    }

    Report run() throws IOException {
        Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        List<Report.Network> networks = new ArrayList<>();
        try (ProgressBar bar = new ProgressBar()) {
            for (int i = 0; i < options.networks().size(); i++) {
                int left = options.networks().size() - i;
                double share = Math.max(0, 60 * options.minutes() - seconds()) / left;
                networks.add(network(options.networks().get(i), seconds() + share, bar));
            }
        }
        Report.Machine machine =
                new Report.Machine(cpu(), Runtime.getRuntime().availableProcessors(), instructionSet, peaks);
        List<String> notices = Notices.of(networks, load);
        return new Report(start.toString(), seconds(), command, machine, versions(), networks, notices);
    }

    private Report.Network network(Architecture architecture, double until, ProgressBar bar) throws IOException {
        Models models = new Models(architecture, options.folder().resolve("models"));
        show(bar, architecture, "converting");
        double conversion = models.write(options.bits(), options.signed());
        List<Report.Contender> contenders = new ArrayList<>();
        Map<String, String> leftOut = new HashMap<>();
        List<Report.Start> starts = new ArrayList<>();
        List<Report.Layer> layers = new ArrayList<>();
        Report.Agreed agreement = new Report.Agreed(List.of(), 0, "not computed");
        for (int threads : options.threads()) {
            boolean first = threads == 1;
            double left = Math.max(0, until - seconds());
            ContestTask task = new ContestTask(
                    architecture,
                    models.folder().toString(),
                    threads,
                    first ? options.batches() : List.of(1),
                    leftOut,
                    options.signed(),
                    options.rounds(),
                    options.seconds(),
                    first && options.threads().size() > 1 ? ONE_THREAD * left : left);
            ContestTask.Result result = contest(task, bar);
            contenders.addAll(result.contenders());
            if (first) {
                leftOut.putAll(Contest.hopeless(
                        result.contenders().stream().filter(c -> c.batch() == 1).toList()));
                result.peaks().forEach((name, peak) -> peaks.merge(name, peak, Math::max));
                instructionSet = result.instructionSet();
                layers.addAll(result.layers());
                agreement = result.agreement();
                if (options.starts() > 0) {
                    show(bar, architecture, "cold starts");
                    starts.addAll(starts(models));
                }
            }
        }
        return new Report.Network(
                architecture.id(),
                architecture.parameters(),
                architecture.multiplyAccumulates(),
                contenders,
                layers,
                agreement,
                conversion,
                starts);
    }

    private void show(ProgressBar bar, Architecture architecture, String what) {
        bar.show(seconds() / 60 / options.minutes(), architecture.id() + ": " + what);
    }

    private List<Report.Start> starts(Models models) throws IOException {
        Path onnx = models.folder().resolve(models.architecture().id() + "-start.onnx");
        Int8Form fastest = new Int8Form(Int8Form.Notation.QOPERATOR, false, false);
        WriteModels.write(RivalExport.fast(Models.read(models.int8()), fastest), onnx);
        try {
            return ColdStart.measure(models, onnx, options.cpus(1), options.starts());
        } finally {
            Files.delete(onnx);
        }
    }

    /** Runs a contest in a process; a contender that ends the process is left out of the next attempt. */
    private ContestTask.Result contest(ContestTask first, ProgressBar bar) throws IOException {
        Path input = Files.createTempFile(options.folder(), "task", ".json");
        Path output = Files.createTempFile(options.folder(), "result", ".json");
        try {
            ContestTask task = first;
            for (int crash = 0; crash < CRASHES; crash++) {
                JSON.writeValue(input.toFile(), task);
                Process process = JavaProcess.on(
                                options.cpus(task.threads()),
                                task.threads(),
                                List.of(),
                                List.of("dev.octavo.benchmarks.Main", "contest", input.toString(), output.toString()))
                        .redirectError(options.folder().resolve("contest.log").toFile())
                        .start();
                String turn = "";
                try (BufferedReader lines = process.inputReader()) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        if (line.startsWith(ContestCommand.TURN)) {
                            turn = line.substring(ContestCommand.TURN.length());
                            show(
                                    bar,
                                    task.network(),
                                    turn + (task.threads() > 1 ? ", " + task.threads() + " threads" : ""));
                        }
                    }
                }
                int status = JavaProcess.end(process);
                if (status == 0) {
                    return JSON.readValue(output.toFile(), ContestTask.Result.class);
                }
                String name = turn.replaceFirst("(, batch \\d+)?(, round \\d+)?$", "");
                task = task.without(name, "ended its process with status " + status + ", see contest.log");
            }
            throw new IOException(first.network().id() + ": the process of the contest ended " + CRASHES + " times; "
                    + options.folder().resolve("contest.log") + " says why");
        } finally {
            Files.delete(input);
            Files.delete(output);
        }
    }

    private static String cpu() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("JVM", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        for (Rival rival : Rival.values()) {
            if (rival != Rival.OCTAVO) {
                versions.put(rival.label(), rival.version());
            }
        }
        return versions;
    }
}
