package dev.octavo.tools.metrics;

import java.util.Arrays;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Standard errors by the bootstrap (Efron 1979): the spread of a quantity over samples of as many pictures, drawn with
 * replacement. The same pictures always give the same errors.
 */
public final class Bootstrap {
    private static final int SAMPLES = 400;
    private static final long SEED = 20;

    private Bootstrap() {}

    /**
     * Returns the standard error of each of several quantities.
     *
     * @param pictures how many there are, at least 1
     * @param quantities of pictures by how often each counts; NaN for a sample that says nothing, which is left out
     */
    public static double[] standardErrors(int pictures, Function<int[], double[]> quantities) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        double[] sums = new double[0];
        double[] squares = new double[0];
        int[] counted = new int[0];
        for (int sample = 0; sample < SAMPLES; sample++) {
            int[] times = new int[pictures];
            for (int i = 0; i < pictures; i++) {
                times[random.nextInt(pictures)]++;
            }
            double[] values = quantities.apply(times);
            if (sample == 0) {
                sums = new double[values.length];
                squares = new double[values.length];
                counted = new int[values.length];
            }
            for (int i = 0; i < values.length; i++) {
                if (Double.isFinite(values[i])) {
                    sums[i] += values[i];
                    squares[i] += values[i] * values[i];
                    counted[i]++;
                }
            }
        }
        double[] errors = new double[sums.length];
        for (int i = 0; i < errors.length; i++) {
            double mean = sums[i] / counted[i];
            errors[i] = counted[i] < 2
                    ? Double.NaN
                    : Math.sqrt(Math.max(0, squares[i] / counted[i] - mean * mean) * counted[i] / (counted[i] - 1));
        }
        return errors;
    }

    /** Returns that each picture counts once. */
    public static int[] once(int pictures) {
        int[] times = new int[pictures];
        Arrays.fill(times, 1);
        return times;
    }
}
