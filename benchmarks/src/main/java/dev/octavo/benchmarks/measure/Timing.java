package dev.octavo.benchmarks.measure;

import java.util.Arrays;
import java.util.List;

/**
 * What a contender took, over all rounds.
 *
 * @param rounds median milliseconds of one run, per round
 */
public record Timing(double[] rounds) {
    /** Copies the array. */
    public Timing {
        rounds = rounds.clone();
        if (rounds.length == 0) {
            throw new IllegalArgumentException("no round");
        }
    }

    /** Summarises rounds, in seconds. */
    public static Timing of(List<Double> rounds) {
        return new Timing(rounds.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Median of the rounds in milliseconds. */
    public double median() {
        return median(rounds);
    }

    /** The fastest round in milliseconds. */
    public double least() {
        return Arrays.stream(rounds).min().orElseThrow();
    }

    /** The slowest round in milliseconds. */
    public double most() {
        return Arrays.stream(rounds).max().orElseThrow();
    }

    /** (slowest − fastest) / median. */
    public double spread() {
        return (most() - least()) / median();
    }

    /**
     * The standard error of the median over the median: 1.2533 σ / √n for normal values, with σ as 1.4826 times the median
     * deviation from the median, which outliers do not move.
     */
    public double uncertainty() {
        double median = median();
        double[] deviations =
                Arrays.stream(rounds).map(round -> Math.abs(round - median)).toArray();
        return 1.2533 * 1.4826 * median(deviations) / Math.sqrt(rounds.length) / median;
    }

    /** Time of this over time of {@code other}, round by round: both were measured within the same seconds. */
    public Timing over(Timing other) {
        double[] ratios = new double[Math.min(rounds.length, other.rounds.length)];
        Arrays.setAll(ratios, i -> rounds[i] / other.rounds[i]);
        return new Timing(ratios);
    }

    /** The rounds as a list. */
    public List<Double> list() {
        return Arrays.stream(rounds).boxed().toList();
    }

    @Override
    public double[] rounds() {
        return rounds.clone();
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
