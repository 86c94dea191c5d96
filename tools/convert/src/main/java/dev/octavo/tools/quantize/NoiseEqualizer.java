package dev.octavo.tools.quantize;

import java.util.Arrays;

/**
 * Equalizes the channels of a tensor between two layers so that the modelled noise of quantizing the tensor and both
 * weights, seen behind the second layer, is least. Channel i is divided by s_i in the first layer and multiplied by it in
 * the second, which changes no float result: ReLU is positively homogeneous, and the bound of a ReLU6 is divided too.
 *
 * <p>With the thresholds of the three per-tensor scales, t1 = max reach/s, t2 = max first/s, t3 = max second·s:
 * <pre>
 *   f(s) = Σ (t1²·activationStep² + t2²·weightStep²·inputEnergy_i)·sensitivity_i·s_i² + t3²·weightStep²·secondNoise_i/s_i²
 * </pre>
 * f does not change when all s grow alike, so t3 = 1. It is a posynomial, convex in the logarithms: for fixed t1 and t2
 * the best s has a closed form, and t1 and t2 are found by nested searches on a grid.
 */
public final class NoiseEqualizer {
    private static final int GRID = 24;
    private static final double GRID_OCTAVES = 9;
    private static final double NEGLIGIBLE = 1e-9;

    private final double[] reach;
    private final double[] first;
    private final double[] second;
    private final double[] activationGain;
    private final double[] firstGain;
    private final double[] secondGain;

    private NoiseEqualizer(Channels channels, double activationStep, double weightStep) {
        int[] live = channels.live();
        reach = pick(channels.reach, live);
        first = pick(channels.first, live);
        second = pick(channels.second, live);
        activationGain = new double[live.length];
        firstGain = new double[live.length];
        secondGain = new double[live.length];
        for (int i = 0; i < live.length; i++) {
            int c = live[i];
            activationGain[i] = activationStep * activationStep * channels.sensitivity[c];
            firstGain[i] = weightStep * weightStep * channels.inputEnergy[c] * channels.sensitivity[c];
            secondGain[i] = weightStep * weightStep * channels.secondNoise[c];
        }
    }

    /** What the objective knows of each channel of the tensor; all arrays have one element per channel. */
    public static final class Channels {
        private final double[] reach;
        private final double[] first;
        private final double[] second;
        private final double[] sensitivity;
        private final double[] secondNoise;
        private final double[] inputEnergy;

        /**
         * Takes the statistics of all channels.
         *
         * @param reach largest value of the channel: min(β + 6γ, bound), not negative
         * @param first largest |weight| that produces the channel
         * @param second largest |weight| that consumes it
         * @param sensitivity noise behind the consumer per unit of noise in the channel
         * @param secondNoise noise behind the consumer per unit of noise in the consumer's weights
         * @param inputEnergy noise in the channel per unit of noise in the weights that produce it
         */
        public Channels(
                double[] reach,
                double[] first,
                double[] second,
                double[] sensitivity,
                double[] secondNoise,
                double[] inputEnergy) {
            this.reach = reach.clone();
            this.first = first.clone();
            this.second = second.clone();
            this.sensitivity = sensitivity.clone();
            this.secondNoise = secondNoise.clone();
            this.inputEnergy = inputEnergy.clone();
        }

        private int[] live() {
            double largestFirst = Arrays.stream(first).max().orElse(0);
            double largestSecond = Arrays.stream(second).max().orElse(0);
            int[] live = new int[reach.length];
            int count = 0;
            for (int c = 0; c < reach.length; c++) {
                if (first[c] > NEGLIGIBLE * largestFirst
                        && second[c] > NEGLIGIBLE * largestSecond
                        && reach[c] > 0
                        && sensitivity[c] > 0
                        && secondNoise[c] > 0) {
                    live[count++] = c;
                }
            }
            return Arrays.copyOf(live, count);
        }
    }

    /**
     * The scales of least noise. Channels that are dead on either side keep the scale 1; the geometric mean of the others
     * is 1.
     *
     * @param activationStep 1 / largest integer of the activation grid
     * @param weightStep 1 / largest integer of the weight grid
     */
    public static double[] scales(Channels channels, double activationStep, double weightStep) {
        double[] scales = new double[channels.reach.length];
        Arrays.fill(scales, 1);
        int[] live = channels.live();
        if (live.length < 2) {
            return scales;
        }
        double[] best = new NoiseEqualizer(channels, activationStep, weightStep).solve();
        double logarithms = 0;
        for (double scale : best) {
            logarithms += Math.log(scale);
        }
        double mean = Math.exp(logarithms / best.length);
        for (int i = 0; i < live.length; i++) {
            scales[live[i]] = best[i] / mean;
        }
        return scales;
    }

    static NoiseEqualizer of(Channels channels, double activationStep, double weightStep) {
        return new NoiseEqualizer(channels, activationStep, weightStep);
    }

    /** The optimum on the grid of thresholds, with t3 = 1. */
    double[] solve() {
        double leastReach = 0;
        double leastFirst = 0;
        for (int i = 0; i < reach.length; i++) {
            leastReach = Math.max(leastReach, reach[i] * second[i]);
            leastFirst = Math.max(leastFirst, first[i] * second[i]);
        }
        double[] scratch = new double[reach.length];
        int row = 0;
        int rowEnd = GRID - 1;
        while (row < rowEnd) {
            int middle = (row + rowEnd) >>> 1;
            double here = leastOfRow(leastReach, leastFirst, middle, scratch).noise;
            double next = leastOfRow(leastReach, leastFirst, middle + 1, scratch).noise;
            if (here <= next) {
                rowEnd = middle;
            } else {
                row = middle + 1;
            }
        }
        int column = leastOfRow(leastReach, leastFirst, row, scratch).column;
        return step(grid(leastReach, row), grid(leastFirst, column));
    }

    /** The best scales for given thresholds of the activation and of the first weights, with t3 = 1. */
    double[] step(double t1, double t2) {
        double[] scales = new double[reach.length];
        step(t1, t2, scales);
        return scales;
    }

    /** f with given thresholds. */
    double boundedNoise(double t1, double t2, double[] scales) {
        double noise = 0;
        for (int i = 0; i < scales.length; i++) {
            double square = scales[i] * scales[i];
            noise += (t1 * t1 * activationGain[i] + t2 * t2 * firstGain[i]) * square + secondGain[i] / square;
        }
        return noise;
    }

    /** f with the thresholds that the scales imply. */
    double noise(double[] scales) {
        double t1 = 0;
        double t2 = 0;
        double t3 = 0;
        for (int i = 0; i < scales.length; i++) {
            t1 = Math.max(t1, reach[i] / scales[i]);
            t2 = Math.max(t2, first[i] / scales[i]);
            t3 = Math.max(t3, second[i] * scales[i]);
        }
        double noise = 0;
        for (int i = 0; i < scales.length; i++) {
            double square = scales[i] * scales[i];
            noise += (t1 * t1 * activationGain[i] + t2 * t2 * firstGain[i]) * square + t3 * t3 * secondGain[i] / square;
        }
        return noise;
    }

    private record RowMinimum(double noise, int column) {}

    private RowMinimum leastOfRow(double leastReach, double leastFirst, int row, double[] scratch) {
        double t1 = grid(leastReach, row);
        int column = 0;
        int end = GRID - 1;
        while (column < end) {
            int middle = (column + end) >>> 1;
            double here = leastNoise(t1, grid(leastFirst, middle), scratch);
            double next = leastNoise(t1, grid(leastFirst, middle + 1), scratch);
            if (here <= next) {
                end = middle;
            } else {
                column = middle + 1;
            }
        }
        return new RowMinimum(leastNoise(t1, grid(leastFirst, column), scratch), column);
    }

    private double leastNoise(double t1, double t2, double[] scratch) {
        step(t1, t2, scratch);
        return boundedNoise(t1, t2, scratch);
    }

    private void step(double t1, double t2, double[] scales) {
        step(t1, t2, reach, first, second, activationGain, firstGain, secondGain, scales);
    }

    // Without Math.min and Math.max, which are calls until C2 is at hand; a short conversion ends before.
    private static void step(
            double t1,
            double t2,
            double[] reach,
            double[] first,
            double[] second,
            double[] activationGain,
            double[] firstGain,
            double[] secondGain,
            double[] scales) {
        for (int i = 0; i < scales.length; i++) {
            double gain = t1 * t1 * activationGain[i] + t2 * t2 * firstGain[i];
            double free = Math.sqrt(Math.sqrt(secondGain[i] / gain));
            double ofReach = reach[i] / t1;
            double ofFirst = first[i] / t2;
            double lowest = ofReach > ofFirst ? ofReach : ofFirst;
            double ofSecond = 1 / second[i];
            double highest = ofSecond > lowest ? ofSecond : lowest;
            double raised = free > lowest ? free : lowest;
            scales[i] = raised < highest ? raised : highest;
        }
    }

    private static double grid(double least, int index) {
        return least * Math.pow(2, GRID_OCTAVES * index / (GRID - 1));
    }

    private static double[] pick(double[] values, int[] indices) {
        double[] picked = new double[indices.length];
        for (int i = 0; i < indices.length; i++) {
            picked[i] = values[indices[i]];
        }
        return picked;
    }
}
