package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.measure.CpuAffinity;
import dev.octavo.benchmarks.measure.Rounds;
import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.benchmarks.models.SyntheticImage;
import dev.octavo.benchmarks.rivals.Agreement;
import dev.octavo.benchmarks.rivals.Contender;
import dev.octavo.benchmarks.rivals.OctavoContender;
import dev.octavo.benchmarks.rivals.OnnxRuntime;
import dev.octavo.benchmarks.rivals.RivalException;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.export.Int8Form;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Measures one network against all rivals. */
final class NetworkComparison {
    private static final int CLASSES = 1000;
    private static final long IMAGE_SEED = 3;

    /** Opens a contender; failing is one of the results. */
    private interface Opening {
        Contender open() throws IOException;
    }

    private record Entry(String name, boolean int8, int threads, Opening opening) {}

    private final Converted network;
    private final ComparisonOptions options;
    private final Rounds rounds;
    private final int[] shape = {1, 3, 224, 224};
    private final float[] image = SyntheticImage.planar(new SplittableRandom(IMAGE_SEED));

    NetworkComparison(Converted network, ComparisonOptions options, Rounds.Progress progress) {
        this.network = network;
        this.options = options;
        this.rounds = new Rounds(options.rounds(), options.secondsPerTurn(), progress);
    }

    /** How many turns {@link #run} reports, at most, for each network. */
    static int turns(ComparisonOptions options) {
        int oneThread = 3 + options.forms().size();
        return options.rounds() * (oneThread + (options.threads() > 1 ? 5 : 0));
    }

    Report.Network run() {
        Report.Network cold = coldStart();
        List<Report.Contender> contenders = new ArrayList<>();
        CpuAffinity.pin(options.cpu());
        contenders.addAll(measure(entries(1)));
        List<Report.Layer> layers = new LayerProfile(network.int8(), shape, image).measure();
        CpuAffinity.pin(options.cpus());
        if (options.threads() > 1) {
            contenders.addAll(measure(entries(options.threads())));
        }
        return new Report.Network(
                cold.id(),
                cold.parameters(),
                cold.macs(),
                contenders,
                layers,
                agreement(),
                cold.conversionSeconds(),
                cold.loadMillis(),
                cold.firstRunMillis());
    }

    private Report.Network coldStart() {
        long start = System.nanoTime();
        try (Model model = Model.of(network.int8());
                Session session = model.newSession()) {
            long loaded = System.nanoTime();
            session.run(Tensor.of(image, shape));
            long ran = System.nanoTime();
            return new Report.Network(
                    network.architecture().id(),
                    network.architecture().parameters(),
                    network.architecture().multiplyAccumulates(),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    network.conversionSeconds(),
                    (loaded - start) * 1e-6,
                    (ran - loaded) * 1e-6);
        }
    }

    private List<Entry> entries(int threads) {
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(Report.OCTAVO, true, threads, () -> octavo(network.int8(), threads)));
        entries.add(new Entry(Report.OCTAVO_FLOAT, false, threads, () -> octavo(network.inFloat(), threads)));
        OnnxRuntime.Settings settings = OnnxRuntime.Settings.ofThreads(threads);
        entries.add(new Entry(
                "ONNX Runtime fp32",
                false,
                threads,
                () -> OnnxRuntime.open(network.floatFile(), settings, shape, image, CLASSES)));
        for (Int8Form form : threads == 1 ? options.forms() : List.of(ComparisonOptions.FASTEST)) {
            entries.add(rival(form, settings, ""));
            if (threads > 1) {
                entries.add(rival(form, new OnnxRuntime.Settings(threads, false), ", not spinning"));
            }
        }
        return entries;
    }

    private Entry rival(Int8Form form, OnnxRuntime.Settings settings, String suffix) {
        return new Entry(
                "ONNX Runtime " + form.label() + suffix,
                true,
                settings.threads(),
                () -> OnnxRuntime.open(network.write(form), settings, shape, image, CLASSES));
    }

    private Contender octavo(ModelDefinition definition, int threads) {
        return OctavoContender.open(definition, SessionOptions.defaults().withThreads(threads), shape, image);
    }

    private List<Report.Contender> measure(List<Entry> entries) {
        Map<String, String> failures = new LinkedHashMap<>();
        Map<String, Contender> open = new LinkedHashMap<>();
        Map<String, Runnable> running = new LinkedHashMap<>();
        try {
            for (Entry entry : entries) {
                try {
                    Contender contender = entry.opening().open();
                    open.put(entry.name(), contender);
                    contender.run();
                    running.put(entry.name(), contender::run);
                } catch (RivalException | IllegalArgumentException | IOException e) {
                    failures.put(entry.name(), e.getMessage() == null ? e.toString() : e.getMessage());
                }
            }
            Map<String, Timing> timings = rounds.measure(running);
            List<Report.Contender> results = new ArrayList<>();
            for (Entry entry : entries) {
                Timing timing = timings.get(entry.name());
                results.add(new Report.Contender(
                        entry.name(),
                        entry.int8(),
                        entry.threads(),
                        timing == null ? List.of() : boxed(timing),
                        failures.getOrDefault(entry.name(), "")));
            }
            return results;
        } finally {
            open.values().forEach(Contender::close);
        }
    }

    private static List<Double> boxed(Timing timing) {
        List<Double> rounds = new ArrayList<>();
        for (double round : timing.rounds()) {
            rounds.add(round);
        }
        return rounds;
    }

    private Optional<Report.Agreed> agreement() {
        try {
            Agreement agreement = Agreement.of(network.int8(), SessionOptions.defaults(), image);
            Agreement.TensorAgreement worst = Agreement.worst(agreement.isolated());
            return Optional.of(new Report.Agreed(
                    Agreement.largest(agreement.isolated()),
                    Agreement.equal(agreement.isolated()),
                    Agreement.largest(agreement.chained()),
                    Agreement.equal(agreement.chained()),
                    agreement.logitDifference(),
                    worst.name()));
        } catch (RivalException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
