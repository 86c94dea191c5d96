package dev.octavo.benchmarks.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures contenders in interleaved rounds: every contender has one turn per round, and every other round goes backwards,
 * so that a drift of the machine meets all of them alike.
 */
public final class Rounds {
    /** Told after every turn. */
    @FunctionalInterface
    public interface Progress {
        /** Another turn is over. */
        void advance(String contender);
    }

    private final int count;
    private final double secondsPerTurn;
    private final Progress progress;

    /**
     * How to measure.
     *
     * @param count rounds
     * @param secondsPerTurn how long one contender runs per round, at least one run
     */
    public Rounds(int count, double secondsPerTurn, Progress progress) {
        this.count = count;
        this.secondsPerTurn = secondsPerTurn;
        this.progress = progress;
    }

    /** Measures all, each after an unmeasured turn; the result has the order of {@code contenders}. */
    public Map<String, Timing> measure(Map<String, Runnable> contenders) {
        List<String> names = new ArrayList<>(contenders.keySet());
        Map<String, double[]> medians = new LinkedHashMap<>();
        contenders.forEach((name, contender) -> {
            turn(contender);
            medians.put(name, new double[count]);
        });
        for (int round = 0; round < count; round++) {
            List<String> order = round % 2 == 0 ? names : names.reversed();
            for (String name : order) {
                double[] rounds = medians.get(name);
                Runnable contender = contenders.get(name);
                if (rounds == null || contender == null) {
                    throw new IllegalStateException(name + " left during the measurement");
                }
                rounds[round] = turn(contender);
                progress.advance(name);
            }
        }
        Map<String, Timing> timings = new LinkedHashMap<>();
        medians.forEach((name, rounds) -> timings.put(name, new Timing(rounds)));
        return timings;
    }

    /** Median milliseconds of one run; the first run of a turn brings the caches back and does not count. */
    private double turn(Runnable contender) {
        contender.run();
        List<Double> runs = new ArrayList<>();
        long start = System.nanoTime();
        long before = start;
        while (runs.isEmpty() || before - start < secondsPerTurn * 1e9) {
            contender.run();
            long after = System.nanoTime();
            runs.add((after - before) / 1e6);
            before = after;
        }
        return Timing.median(runs.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
