package dev.octavo.tools.quantize;

/** Percentiles by nearest rank: of n sorted values the one at ⌈percent/100·n⌉. */
final class Percentiles {
    private Percentiles() {}

    static void check(double percent) {
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("a percentile must be above 0 and at most 100, not " + percent);
        }
    }

    /** The percentile of at least one value; reorders them. */
    static double nearestRank(double[] values, double percent) {
        int rank = Math.clamp((long) Math.ceil(percent / 100 * values.length), 1, values.length);
        return Selection.largest(values, values.length, values.length - rank + 1);
    }
}
