package dev.octavo.benchmarks.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Measures contenders in interleaved rounds: every contender has one turn per round, and every other round goes backwards,
 * so that a drift of the machine meets all of them alike.
 */
public final class Rounds {
    /** Told before every turn. */
    @FunctionalInterface
    public interface Progress {
        /** A turn of a round, counted from 0, begins. */
        void turn(String contender, int round);
    }

    private static final int LONG_RUN = 4;

    private final double secondsPerTurn;
    private final Predicate<Map<String, Timing>> enough;
    private final Progress progress;

    /**
     * How to measure.
     *
     * @param secondsPerTurn how long one contender runs per round, at least one run
     * @param enough asked after every round with all rounds so far
     */
    public Rounds(double secondsPerTurn, Predicate<Map<String, Timing>> enough, Progress progress) {
        this.secondsPerTurn = secondsPerTurn;
        this.enough = enough;
        this.progress = progress;
    }

    /** A fixed number of rounds, of which nobody is told. */
    public static Rounds of(int count, double secondsPerTurn) {
        return new Rounds(
                secondsPerTurn,
                timings -> timings.values().iterator().next().rounds().length >= count,
                (contender, round) -> {});
    }

    /** Measures all, each after an unmeasured turn; the result has the order of {@code contenders}. */
    public Map<String, Timing> measure(Map<String, Runnable> contenders) {
        List<Map.Entry<String, Runnable>> order = List.copyOf(contenders.entrySet());
        Map<String, List<Double>> medians = new LinkedHashMap<>();
        order.forEach(contender -> {
            turn(contender.getValue(), secondsPerTurn);
            medians.put(contender.getKey(), new ArrayList<>());
        });
        Map<String, Timing> timings;
        int round = 0;
        do {
            for (Map.Entry<String, Runnable> contender : round % 2 == 0 ? order : order.reversed()) {
                progress.turn(contender.getKey(), round);
                double median = turn(contender.getValue(), secondsPerTurn);
                medians.computeIfAbsent(contender.getKey(), _ -> new ArrayList<>())
                        .add(median);
            }
            round++;
            timings = new LinkedHashMap<>();
            for (Map.Entry<String, List<Double>> entry : medians.entrySet()) {
                timings.put(entry.getKey(), Timing.of(entry.getValue()));
            }
        } while (!timings.isEmpty() && !enough.test(timings));
        return timings;
    }

    /**
     * Milliseconds of the fastest run of a short trial.
     *
     * @param hopeless milliseconds: the trial ends at once if the first run takes more. It also does if that run takes several
     *     times {@code seconds}; otherwise the first run does not count.
     */
    public static double trial(Runnable contender, double seconds, double hopeless) {
        double first = run(contender);
        return first > Math.min(hopeless, LONG_RUN * 1e3 * seconds)
                ? first
                : runs(contender, seconds).least();
    }

    private static double turn(Runnable contender, double seconds) {
        // It brings the caches back, which does not matter where it takes the whole turn.
        double first = run(contender);
        return first > 1e3 * seconds ? first : runs(contender, seconds).median();
    }

    private static double run(Runnable contender) {
        long start = System.nanoTime();
        contender.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static Timing runs(Runnable contender, double seconds) {
        List<Double> runs = new ArrayList<>();
        long start = System.nanoTime();
        long before = start;
        while (runs.isEmpty() || before - start < seconds * 1e9) {
            contender.run();
            long after = System.nanoTime();
            runs.add((after - before) / 1e6);
            before = after;
        }
        return Timing.of(runs);
    }
}
