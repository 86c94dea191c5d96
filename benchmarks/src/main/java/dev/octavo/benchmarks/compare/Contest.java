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

    /** What opening and trying forms takes, in rounds. */
    private static final int TRIALS = 3;

    private static final double TRIAL_SECONDS = 0.08;
    /** Part of the time that must be left for another form of a rival to be tried. */
    private static final double FOR_ROUNDS = 0.4;
    /** Part of the time that a further setting may take more, rather than have no rounds. */
    private static final double SLACK = 0.25;
    /** The first run of a form is slower than others, but not by so much. */
    private static final double CLEARLY_SLOWER = 2.5;

    private final ContestTask task;
    private final DoubleSupplier secondsLeft;
    private final Rounds.Progress progress;
    private final Models models;
    private final List<Variant> variants;
    /** The fastest so far of each rival in int8 and in float, and what is measured for its own sake. */
    private final Map<Variant, Contender> open = new LinkedHashMap<>();

    private final Map<String, Double> screened = new HashMap<>();
    private final Map<String, Double> differences = new HashMap<>();
    private final Map<String, String> failures = new HashMap<>();

    /**
     * A contest.
     *
     * @param secondsLeft until no further round begins
     */
    Contest(ContestTask task, DoubleSupplier secondsLeft, Rounds.Progress progress) {
        this.task = task;
        this.secondsLeft = secondsLeft;
        this.progress = progress;
        this.models = new Models(task.network(), Path.of(task.folder()));
        this.variants = task.variants();
    }

    List<Report.Contender> run() {
        try {
            variants.stream().sorted(Comparator.comparingDouble(this::expected)).forEach(this::consider);
            Map<String, Timing> timings = rounds();
            return variants.stream()
                    .map(variant -> result(variant, Optional.ofNullable(timings.get(variant.name()))))
                    .toList();
        } finally {
            open.values().forEach(Contender::close);
        }
    }

    private Report.Contender result(Variant variant, Optional<Timing> timing) {
        return new Report.Contender(
                variant.name(),
                variant.rival(),
                variant.int8(),
                task.threads(),
                task.batch(),
                screened.getOrDefault(variant.name(), 0.0),
                timing.map(Timing::list).orElse(List.of()),
                differences.get(variant.name()),
                failures.getOrDefault(variant.name(), ""));
    }

    /** What is measured for its own sake comes first, and the likely fastest form of a rival before its others. */
    private double expected(Variant variant) {
        return variant.own() ? -1 : task.expected().getOrDefault(variant.form(), variant.slow() ? 1.0 : 0.0);
    }

    private void consider(Variant variant) {
        String reason = task.leftOut(variant);
        if (reason.isEmpty() && leader(variant) != null && secondsLeft.getAsDouble() < FOR_ROUNDS * task.budget()) {
            reason = Report.NOT_TRIED + Report.NO_TIME;
        }
        if (!reason.isEmpty()) {
            failures.put(variant.name(), reason);
            return;
        }
        progress.turn(variant.name(), -1);
        try {
            Contender contender = variant.open(models, task.threads(), task.batch());
            try {
                if (tryOut(variant, contender)) {
                    open.put(variant, contender);
                } else {
                    contender.close();
                }
            } catch (RivalException e) {
                contender.close();
                throw e;
            }
        } catch (RivalException | IllegalArgumentException | IOException e) {
            failures.put(variant.name(), e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private @Nullable Variant leader(Variant variant) {
        return open.keySet().stream()
                .filter(other -> !variant.own()
                        && !other.own()
                        && other.rival() == variant.rival()
                        && other.int8() == variant.int8())
                .findFirst()
                .orElse(null);
    }

    /** Whether a contender stays open; the one that it beats does not. */
    private boolean tryOut(Variant variant, Contender contender) {
        Variant leader = leader(variant);
        double best = leader == null ? Double.POSITIVE_INFINITY : screened.getOrDefault(leader.name(), 0.0);
        double hopeless = Math.max(1000 * TRIAL_SECONDS, CLEARLY_SLOWER * best);
        double millis = Rounds.trial(contender::run, TRIAL_SECONDS, hopeless);
        screened.put(variant.name(), millis);
        if (variant.rival().wholeNetworks()) {
            difference(variant, contender.output()).ifPresent(d -> differences.put(variant.name(), d));
        }
        if (leader == null) {
            return true;
        }
        if (millis < best) {
            Contender beaten = open.remove(leader);
            if (beaten != null) {
                beaten.close();
            }
            return true;
        }
        return false;
    }

    /** How far logits are from those of Octavo in the same arithmetic: √(Σ (a − b)² / Σ a²). */
    private Optional<Double> difference(Variant variant, float[] logits) {
        String own = variant.int8() ? Report.OCTAVO : Report.OCTAVO_FLOAT;
        return open.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(own))
                .map(entry -> relativeError(entry.getValue().output(), logits))
                .findFirst();
    }

    private static double relativeError(float[] a, float[] b) {
        double error = 0;
        double signal = 0;
        for (int i = 0; i < a.length; i++) {
            error += (a[i] - b[i]) * (double) (a[i] - b[i]);
            signal += a[i] * (double) a[i];
        }
        return Math.sqrt(error / signal);
    }

    private Map<String, Timing> rounds() {
        Map<String, Runnable> running = new LinkedHashMap<>();
        Map<String, Double> millis = new LinkedHashMap<>();
        for (Variant variant : variants) {
            Contender contender = open.get(variant);
            if (contender != null) {
                running.put(variant.name(), contender::run);
                millis.put(variant.name(), screened.getOrDefault(variant.name(), 0.0));
            }
        }
        double least = (LEAST_ROUNDS + 1) * secondsOfRound(millis.values(), task.seconds());
        if (running.isEmpty()
                || (task.kind() == ContestTask.Kind.FURTHER
                        && least > secondsLeft.getAsDouble() + SLACK * task.budget())) {
            running.keySet().forEach(name -> failures.put(name, Report.NO_ROUNDS));
            return Map.of();
        }
        return new Rounds(task.seconds(), this::enough, progress).measure(running);
    }

    private static double secondsOfRound(Iterable<Double> millis, double secondsPerTurn) {
        double sum = 0;
        for (double run : millis) {
            sum += Math.max(secondsPerTurn, run * 1e-3);
        }
        return sum;
    }

    /**
     * The least time for a contest in another setting, after the first: trials and rounds.
     *
     * @param first contenders of the first setting
     */
    static double leastSeconds(List<Report.Contender> first, int threads, int batch, double secondsPerTurn) {
        List<Double> millis = first.stream()
                .filter(c -> c.measured() && !c.name().equals(Report.OCTAVO_FLOAT))
                .map(c -> c.timing().median() * batch / threads)
                .toList();
        return (LEAST_ROUNDS + TRIALS) * secondsOfRound(millis, secondsPerTurn);
    }

    private boolean enough(Map<String, Timing> timings) {
        int rounds = timings.values().iterator().next().rounds().length;
        if (rounds >= task.rounds()) {
            return true;
        }
        double next =
                secondsOfRound(timings.values().stream().map(Timing::median).toList(), task.seconds());
        if (secondsLeft.getAsDouble() < next) {
            return rounds >= Math.min(LEAST_ROUNDS, task.rounds());
        }
        Timing ours = timings.get(Report.OCTAVO);
        return rounds >= SETTLED_ROUNDS
                && ours != null
                && timings.values().stream()
                        .allMatch(timing -> ours.over(timing).uncertainty() < CERTAIN);
    }
}
