package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.measure.ProgressBar;
import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.rivals.OnnxRuntime;
import dev.octavo.benchmarks.rivals.RivalException;
import dev.octavo.kernels.machine.MachinePeaks;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Measures networks against rivals, one network after the other, and collects the report. */
final class Comparison {
    /** Rounds of one contender that differ by more than this share of their median make a run noisy. */
    private static final double QUIET_SPREAD = 0.05;

    private static final double QUIET_LOAD = 0.5;
    private static final Map<String, Long> BLOCKS = Map.of(
            "L1 (16 KiB)", 16L << 10, "L2 (512 KiB)", 512L << 10, "L3 (8 MiB)", 8L << 20, "DRAM (256 MiB)", 256L << 20);

    private final ComparisonOptions options;
    private final String command;

    Comparison(ComparisonOptions options, String command) {
        this.options = options;
        this.command = command;
    }

    Report run() throws IOException {
        Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        long begin = System.nanoTime();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        List<String> notices = new ArrayList<>();
        List<Report.Network> networks = new ArrayList<>();
        Report.Machine machine = machine();
        try (ProgressBar bar = new ProgressBar(options.networks().size() * NetworkComparison.turns(options))) {
            for (Architecture architecture : options.networks()) {
                bar.show(architecture.id() + ": converting");
                Converted converted =
                        Converted.of(architecture, options.folder().resolve("models"));
                networks.add(new NetworkComparison(
                                converted, options, contender -> bar.advance(architecture.id() + ": " + contender))
                        .run());
            }
        }
        if (load > QUIET_LOAD) {
            notices.add(String.format(
                    Locale.ROOT, "Other programs were running: the load average was %.1f at the start.", load));
        }
        notices.addAll(noise(networks));
        notices.addAll(failures(networks));
        return new Report(
                start.toString(), (System.nanoTime() - begin) * 1e-9, command, machine, versions(), networks, notices);
    }

    private static List<String> noise(List<Report.Network> networks) {
        int noisy = 0;
        int all = 0;
        for (Report.Network network : networks) {
            for (Report.Contender contender : network.contenders()) {
                Optional<Double> spread =
                        network.timing(contender.name(), contender.threads()).map(t -> t.spread());
                all += spread.isPresent() ? 1 : 0;
                noisy += spread.orElse(0.0) > QUIET_SPREAD ? 1 : 0;
            }
        }
        return noisy == 0
                ? List.of()
                : List.of(String.format(
                        Locale.ROOT,
                        "Noisy: the rounds of %d of %d contenders differ by more than %.0f %% of their median.",
                        noisy,
                        all,
                        100 * QUIET_SPREAD));
    }

    private static List<String> failures(List<Report.Network> networks) {
        List<String> failures = new ArrayList<>();
        for (Report.Network network : networks) {
            for (Report.Contender contender : network.contenders()) {
                if (!contender.failure().isEmpty()) {
                    failures.add(network.id() + ": " + contender.name() + " failed: " + contender.failure());
                }
            }
            if (network.agreement().isEmpty()) {
                failures.add(network.id() + ": the answers could not be compared with ONNX Runtime's.");
            }
        }
        return failures;
    }

    private static Report.Machine machine() {
        Map<String, Double> peaks = new LinkedHashMap<>();
        String instructionSet = "";
        Optional<MachinePeaks> emitted = MachinePeaks.emit();
        if (emitted.isPresent()) {
            try (MachinePeaks loops = emitted.get()) {
                instructionSet = loops.instructionSet();
                peaks.put(Report.Machine.INT8, loops.int8GigaMacs());
                peaks.put(Report.Machine.FLOAT, loops.floatGigaMacs());
                BLOCKS.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue())
                        .forEach(block ->
                                peaks.put(Report.Machine.READ + block.getKey(), loops.readGigaBytes(block.getValue())));
            }
        }
        return new Report.Machine(cpu(), Runtime.getRuntime().availableProcessors(), instructionSet, peaks);
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
        try {
            versions.put("ONNX Runtime", OnnxRuntime.version());
        } catch (RivalException e) {
            versions.put("ONNX Runtime", "missing: " + e.getMessage());
        }
        return versions;
    }
}
