package dev.octavo.benchmarks.compare;

import java.util.function.DoubleSupplier;

/**
 * Divides a time over phases by what they are expected to cost. What a phase leaves goes to those behind it, and what it
 * takes too much is taken from them.
 */
final class TimeBudget {
    private final double seconds;
    private final double weights;
    private final DoubleSupplier clock;
    private double done;
    private double current;
    private double begin;
    private double allotted;

    /**
     * A budget.
     *
     * @param seconds for all phases
     * @param weights sum over all phases
     * @param clock seconds since the first phase may begin
     */
    TimeBudget(double seconds, double weights, DoubleSupplier clock) {
        this.seconds = seconds;
        this.weights = weights;
        this.clock = clock;
    }

    /** Ends the phase before and begins one of a weight; the result is how many seconds it may take, 0 if none are left. */
    double begin(double weight) {
        done += current;
        current = weight;
        begin = clock.getAsDouble();
        allotted = Math.max(0, seconds - begin) * Math.min(1, weight / Math.max(weight, weights - done));
        return allotted;
    }

    /** How much of the work is done, in [0, 1): phases by their weights, the current one by its time. */
    double share() {
        double within = allotted > 0 ? Math.min(1, (clock.getAsDouble() - begin) / allotted) : 0;
        return (done + within * current) / weights;
    }
}
