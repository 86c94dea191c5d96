package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.measure.Rounds;
import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.rivals.Contender;
import dev.octavo.benchmarks.rivals.RivalException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures a network on one number of threads with one batch size: first every form of every rival shortly, then the
 * fastest of each rival, and Octavo, in interleaved rounds.
 */
final class Contest {
    /** Fewer rounds have no median worth the name. */
    private static final int LEAST_ROUNDS = 3;
    /** Rounds after which a contest may end because its ratios are certain. */
    private static final int SETTLED_ROUNDS = 7;
    /** Standard error of a ratio's median that leaves two runs of the comparison within 5 % of each other. */
    private static final double CERTAIN = 0.006;

    private static final double SCREENING_SECONDS = 0.08;
    /** A form that takes so many times the fastest of its rival is not tried again in other settings. */
    private static final double HOPELESS = 2;

    private final ContestTask task;
    private final int batch;
    private final DoubleSupplier secondsLeft;
    private final Rounds.Progress progress;
    private final Models models;

    /**
     * A contest.
     *
     * @param secondsLeft until no further round begins
     */
    Contest(ContestTask task, int batch, DoubleSupplier secondsLeft, Rounds.Progress progress) {
        this.task = task;
        this.batch = batch;
        this.secondsLeft = secondsLeft;
        this.progress = progress;
        this.models = new Models(task.network(), Path.of(task.folder()));
    }

    List<Report.Contender> run() {
        List<Variant> variants = Variant.all(task.threads(), task.signed());
        Map<String, Double> screened = new LinkedHashMap<>();
        Map<String, String> failures = new HashMap<>();
        for (Variant variant : variants) {
            String reason = leftOut(variant);
            if (reason != null) {
                failures.put(variant.name(), reason);
                continue;
            }
            progress.turn(variant.name(), -1);
            try (Contender contender = variant.open(models, task.threads(), batch)) {
                screened.put(variant.name(), Rounds.trial(contender::run, SCREENING_SECONDS));
            } catch (RivalException | IllegalArgumentException | IOException e) {
                failures.put(variant.name(), e.getMessage() == null ? e.toString() : e.getMessage());
            }
        }
        Map<String, Timing> timings = rounds(finalists(variants, screened), failures);
        return variants.stream()
                .map(variant -> new Report.Contender(
                        variant.name(),
                        variant.rival(),
                        variant.int8(),
                        task.threads(),
                        batch,
                        screened.getOrDefault(variant.name(), 0.0),
                        Optional.ofNullable(timings.get(variant.name()))
                                .map(Timing::list)
                                .orElse(List.of()),
                        failures.getOrDefault(variant.name(), "")))
                .toList();
    }

    private @Nullable String leftOut(Variant variant) {
        return task.leftOut().entrySet().stream()
                .filter(entry ->
                        variant.name().equals(entry.getKey()) || variant.name().startsWith(entry.getKey() + ", "))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** What is measured for its own sake, and the fastest int8 and the fastest float form of each rival. */
    private static List<Variant> finalists(List<Variant> variants, Map<String, Double> screened) {
        return variants.stream()
                .filter(variant -> screened.containsKey(variant.name()))
                .filter(variant -> variant.own()
                        || variants.stream()
                                .filter(other -> other.rival() == variant.rival() && other.int8() == variant.int8())
                                .filter(other -> screened.containsKey(other.name()))
                                .min(Comparator.comparingDouble(other -> screened.getOrDefault(other.name(), 0.0)))
                                .filter(variant::equals)
                                .isPresent())
                .toList();
    }

    private Map<String, Timing> rounds(List<Variant> finalists, Map<String, String> failures) {
        Map<String, Contender> open = new LinkedHashMap<>();
        try {
            Map<String, Runnable> running = new LinkedHashMap<>();
            for (Variant variant : finalists) {
                progress.turn(variant.name(), -1);
                try {
                    Contender contender = variant.open(models, task.threads(), batch);
                    open.put(variant.name(), contender);
                    running.put(variant.name(), contender::run);
                } catch (RivalException | IllegalArgumentException | IOException e) {
                    failures.put(variant.name(), e.getMessage() == null ? e.toString() : e.getMessage());
                }
            }
            return running.isEmpty() ? Map.of() : new Rounds(task.seconds(), this::enough, progress).measure(running);
        } finally {
            open.values().forEach(Contender::close);
        }
    }

    private boolean enough(Map<String, Timing> timings) {
        int rounds = timings.values().iterator().next().rounds().length;
        if (rounds >= task.rounds()) {
            return true;
        }
        if (secondsLeft.getAsDouble() <= 0) {
            return rounds >= Math.min(LEAST_ROUNDS, task.rounds());
        }
        Timing ours = timings.get(Report.OCTAVO);
        return rounds >= SETTLED_ROUNDS
                && ours != null
                && timings.values().stream()
                        .allMatch(timing -> ours.over(timing).uncertainty() < CERTAIN);
    }

    /** The forms that are much slower than others of their rival, with the reason, by their names without spinning. */
    static Map<String, String> hopeless(List<Report.Contender> contenders) {
        Map<String, String> hopeless = new HashMap<>();
        for (Report.Contender contender : contenders) {
            double best = contenders.stream()
                    .filter(other -> other.rival() == contender.rival()
                            && other.int8() == contender.int8()
                            && other.screening() > 0)
                    .mapToDouble(Report.Contender::screening)
                    .min()
                    .orElse(Double.POSITIVE_INFINITY);
            if (contender.screening() > HOPELESS * best && !contender.measured()) {
                hopeless.put(
                        contender.name(),
                        String.format(
                                Locale.ROOT,
                                "not tried: %.1f times its rival's fastest form on one thread",
                                contender.screening() / best));
            }
        }
        return hopeless;
    }
}
