package dev.octavo.tools.demo.training;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over the pixels of each channel, and maps with a coefficient for each channel. Values are rows of channels, whose
 * number is that of the per-channel array, a multiple of {@link Correlation#CHANNEL_UNIT}. Sums run over {@code run} rows
 * in float and from there on in double.
 */
final class ChannelSums {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

    private ChannelSums() {}

    /** sums[c] += Σ x[c]. */
    static void addSums(float[] x, int run, double[] sums) {
        int channels = sums.length;
        float[] lanes = new float[LANES.length()];
        for (int start = 0; start < x.length; start += run * channels) {
            for (int c = 0; c < channels; c += LANES.length()) {
                FloatVector sum = FloatVector.zero(LANES);
                int end = start + run * channels;
                for (int i = start + c; i < end; i += channels) {
                    sum = FloatVector.fromArray(LANES, x, i).add(sum);
                }
                addLanes(sum, lanes, sums, c);
            }
        }
    }

    /** sums[c] += Σ (x[c] − mean[c])². */
    static void addSquares(float[] x, float[] mean, int run, double[] sums) {
        int channels = sums.length;
        float[] lanes = new float[LANES.length()];
        for (int start = 0; start < x.length; start += run * channels) {
            for (int c = 0; c < channels; c += LANES.length()) {
                FloatVector centre = FloatVector.fromArray(LANES, mean, c);
                FloatVector sum = FloatVector.zero(LANES);
                int end = start + run * channels;
                for (int i = start + c; i < end; i += channels) {
                    FloatVector difference = FloatVector.fromArray(LANES, x, i).sub(centre);
                    sum = difference.fma(difference, sum);
                }
                addLanes(sum, lanes, sums, c);
            }
        }
    }

    /** sums[c] += Σ g[c] · (x[c] − mean[c]). */
    static void addProducts(float[] g, float[] x, float[] mean, int run, double[] sums) {
        int channels = sums.length;
        float[] lanes = new float[LANES.length()];
        for (int start = 0; start < x.length; start += run * channels) {
            for (int c = 0; c < channels; c += LANES.length()) {
                FloatVector centre = FloatVector.fromArray(LANES, mean, c);
                FloatVector sum = FloatVector.zero(LANES);
                int end = start + run * channels;
                for (int i = start + c; i < end; i += channels) {
                    FloatVector difference = FloatVector.fromArray(LANES, x, i).sub(centre);
                    sum = FloatVector.fromArray(LANES, g, i).fma(difference, sum);
                }
                addLanes(sum, lanes, sums, c);
            }
        }
    }

    /** y[c] = x[c] · factor[c] + offset[c]. */
    static void multiplyAdd(float[] x, float[] factor, float[] offset, float[] y) {
        int channels = factor.length;
        for (int c = 0; c < channels; c += LANES.length()) {
            FloatVector a = FloatVector.fromArray(LANES, factor, c);
            FloatVector b = FloatVector.fromArray(LANES, offset, c);
            for (int i = c; i < x.length; i += channels) {
                FloatVector.fromArray(LANES, x, i).fma(a, b).intoArray(y, i);
            }
        }
    }

    /** y[c] = g[c] · byGradient[c] + x[c] · byInput[c] + constant[c]. */
    static void combine(float[] g, float[] byGradient, float[] x, float[] byInput, float[] constant, float[] y) {
        int channels = constant.length;
        for (int c = 0; c < channels; c += LANES.length()) {
            FloatVector a = FloatVector.fromArray(LANES, byGradient, c);
            FloatVector b = FloatVector.fromArray(LANES, byInput, c);
            FloatVector rest = FloatVector.fromArray(LANES, constant, c);
            for (int i = c; i < x.length; i += channels) {
                FloatVector ofInput = FloatVector.fromArray(LANES, x, i).fma(b, rest);
                FloatVector.fromArray(LANES, g, i).fma(a, ofInput).intoArray(y, i);
            }
        }
    }

    private static void addLanes(FloatVector sum, float[] lanes, double[] sums, int channel) {
        sum.intoArray(lanes, 0);
        for (int lane = 0; lane < lanes.length; lane++) {
            sums[channel + lane] += lanes[lane];
        }
    }
}
