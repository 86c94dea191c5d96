package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.measure.ProgressBar;
import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.rivals.Rival;
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

/**
 * Measures networks against rivals, one network after the other, each setting in a process of its own, and collects the
 * report. One time budget is for everything: each phase of each network has its part of what is left.
 */
final class Comparison {
    /** Multiply-accumulates that cost as much as what every network costs. */
    private static final double MACS = 8e9;

    private static final double CONVERTING = 0.15;
    private static final double FIRST = 0.5;
    private static final double STARTS = 0.1;
    private static final double SIGNED = 0.15;
    private static final double MORE_THREADS = 0.25;
    private static final double MORE_IMAGES = 0.25;

    private static final int SIGNED_PROCESSES = 3;
    /** Two contenders alone share a turn of others, so that both meet the same noise. */
    private static final int SIGNED_TURNS = 4;

    private final ComparisonOptions options;
    private final String command;
    private final long begin = System.nanoTime();
    private final TimeBudget budget;
    private final ContestProcess processes;
    private final Map<String, Double> peaks = new LinkedHashMap<>();
    private String instructionSet = "";

    Comparison(ComparisonOptions options, String command) {
        this.options = options;
        this.command = command;
        this.processes = new ContestProcess(options);
        double phases = CONVERTING
                + FIRST
                + (options.starts() > 0 ? STARTS : 0)
                + (options.signed() ? SIGNED : 0)
                + MORE_THREADS * (options.threads().size() - 1)
                + MORE_IMAGES * (options.batches().size() - 1);
        double weights = phases
                * options.networks().stream().mapToDouble(Comparison::cost).sum();
        this.budget = new TimeBudget(60 * options.minutes(), weights, this::seconds);
    }

    private double seconds() {
        return (System.nanoTime() - begin) * 1e-9;
    }

    private static double cost(Architecture architecture) {
        return 1 + architecture.multiplyAccumulates() / MACS;
    }

    Report run() throws IOException {
        Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        List<Report.Network> networks = new ArrayList<>();
        try (ProgressBar bar = new ProgressBar();
                ColdStart coldStart = new ColdStart(options.folder(), options.cpus(1))) {
            for (Architecture architecture : options.networks()) {
                networks.add(new NetworkRun(architecture, bar, coldStart).run());
            }
            bar.show(1, "done");
        }
        Report.Machine machine =
                new Report.Machine(cpu(), Runtime.getRuntime().availableProcessors(), instructionSet, peaks);
        List<String> notices = Notices.of(networks, load);
        return new Report(start.toString(), seconds(), command, machine, versions(), networks, notices);
    }

    /** One network, phase by phase; batches come last, since they are what large networks have no time for. */
    private final class NetworkRun {
        private final Architecture architecture;
        private final Models models;
        private final ProgressBar bar;
        private final ColdStart coldStart;
        private final List<Report.Contender> contenders = new ArrayList<>();

        NetworkRun(Architecture architecture, ProgressBar bar, ColdStart coldStart) {
            this.architecture = architecture;
            this.models = new Models(architecture, options.folder().resolve("models"));
            this.bar = bar;
            this.coldStart = coldStart;
        }

        private double begin(double weight, String what) {
            double allotted = budget.begin(weight * cost(architecture));
            show(what);
            return allotted;
        }

        private void show(String what) {
            bar.show(budget.share(), architecture.id() + ": " + what);
        }

        Report.Network run() throws IOException {
            begin(CONVERTING, "converting");
            double conversion = models.write(options.bits(), options.signed());
            try {
                double allotted = begin(FIRST, "one thread");
                ContestTask.Result first =
                        contest(task(ContestTask.Kind.FIRST, 1, 1, new Forms(Map.of(), Map.of()), allotted), "");
                first.peaks().forEach((name, peak) -> peaks.merge(name, peak, Math::max));
                instructionSet = first.instructionSet();
                contenders.addAll(first.contenders());
                List<Report.Start> starts = options.starts() > 0 ? starts() : List.of();
                Report.SignedCost signed = options.signed() ? signed() : Report.SignedCost.none();
                Forms forms = Forms.of(first.contenders());
                for (int threads : options.threads()) {
                    if (threads > 1) {
                        further(MORE_THREADS, threads, 1, forms, first.contenders());
                    }
                }
                for (int batch : options.batches()) {
                    if (batch > 1) {
                        further(MORE_IMAGES, 1, batch, forms, first.contenders());
                    }
                }
                return new Report.Network(
                        architecture.id(),
                        architecture.parameters(),
                        architecture.multiplyAccumulates(),
                        contenders,
                        first.layers(),
                        first.agreement(),
                        conversion,
                        starts,
                        signed);
            } finally {
                models.deleteForms();
            }
        }

        private ContestTask task(ContestTask.Kind kind, int threads, int batch, Forms forms, double seconds) {
            int parts = kind == ContestTask.Kind.SIGNED ? SIGNED_TURNS : 1;
            return new ContestTask(
                    architecture,
                    models.folder().toString(),
                    kind,
                    threads,
                    batch,
                    forms.hopeless(),
                    forms.millis(),
                    options.rounds() * parts,
                    options.seconds() / parts,
                    seconds);
        }

        private ContestTask.Result contest(ContestTask task, String setting) throws IOException {
            return processes.run(task, turn -> show(turn + setting));
        }

        private List<Report.Start> starts() throws IOException {
            double until = begin(STARTS, "cold starts") + seconds();
            return coldStart.measure(models, options.starts(), () -> seconds() > until);
        }

        /** Several processes, since where code and data happen to lie in memory moves a ratio too. */
        private Report.SignedCost signed() throws IOException {
            double allotted = begin(SIGNED, "signed activations");
            List<Double> unsigned = new ArrayList<>();
            List<Double> signed = new ArrayList<>();
            for (int process = 0; process < SIGNED_PROCESSES; process++) {
                Forms all = new Forms(Map.of(), Map.of());
                ContestTask task = task(ContestTask.Kind.SIGNED, 1, 1, all, allotted / SIGNED_PROCESSES);
                List<Report.Contender> pair = contest(task, "").contenders();
                unsigned.addAll(pair.getFirst().rounds());
                signed.addAll(pair.getLast().rounds());
            }
            return new Report.SignedCost(unsigned, signed);
        }

        private void further(double weight, int threads, int batch, Forms forms, List<Report.Contender> first)
                throws IOException {
            String setting = threads > 1 ? ", " + threads + " threads" : ", batch " + batch;
            double allotted = begin(weight, "preparing" + setting);
            ContestTask task = task(ContestTask.Kind.FURTHER, threads, batch, forms, allotted);
            double least = Contest.leastSeconds(first, threads, batch, options.seconds());
            if (least > allotted) {
                String reason = String.format(
                        Locale.ROOT,
                        "%s%s: three rounds of all would take %.0f s of %.0f s",
                        Report.NOT_TRIED,
                        Report.NO_TIME,
                        least,
                        allotted);
                task.variants().forEach(variant -> contenders.add(task.unmeasured(variant, reason)));
                return;
            }
            contenders.addAll(contest(task, setting).contenders());
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
