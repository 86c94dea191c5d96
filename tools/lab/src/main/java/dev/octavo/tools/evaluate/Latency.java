package dev.octavo.tools.evaluate;

import java.util.Arrays;

/**
 * How long runs took.
 *
 * @param medianMs the median: the mean of the two middle values of an even number of runs
 * @param p99Ms the smallest value that at least 99 % of the runs do not exceed
 * @param minMs the fastest run
 * @param meanMs the mean
 */
public record Latency(int runs, double medianMs, double p99Ms, double minMs, double meanMs) {
    /**
     * Of measured times.
     *
     * @param nanos at least one
     */
    public static Latency of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("no runs were measured");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int count = sorted.length;
        double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0;
        long p99 = sorted[(int) Math.ceil(0.99 * count) - 1];
        double mean = Arrays.stream(sorted).average().orElseThrow();
        return new Latency(count, median / 1e6, p99 / 1e6, sorted[0] / 1e6, mean / 1e6);
    }
}
