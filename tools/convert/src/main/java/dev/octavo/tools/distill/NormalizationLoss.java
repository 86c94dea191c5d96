package dev.octavo.tools.distill;

import dev.octavo.tools.graph.Op;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How far the mean and the deviation of each channel of each image are from wanted ones:
 * {@code Σ (mean − wanted)² + (deviation − wanted)²}, times a weight.
 */
final class NormalizationLoss {
    private static final double EPSILON = 1e-6;

    private final double[] mean;
    private final double[] deviation;
    private final double weight;

    private NormalizationLoss(double[] mean, double[] deviation, double weight) {
        this.mean = mean;
        this.deviation = deviation;
        this.weight = weight;
    }

    /** Of what a batch normalization reads: its running statistics are wanted. */
    static NormalizationLoss of(Op.BatchNormalization normalization, double weight) {
        int channels = normalization.mean().elements();
        double[] mean = new double[channels];
        double[] deviation = new double[channels];
        for (int c = 0; c < channels; c++) {
            mean[c] = normalization.mean().at(c);
            deviation[c] = Math.sqrt(normalization.variance().at(c) + EPSILON);
        }
        return new NormalizationLoss(mean, deviation, weight);
    }

    /** Of standard normal channels. */
    static NormalizationLoss standard(int channels, double weight) {
        double[] deviation = new double[channels];
        Arrays.fill(deviation, 1);
        return new NormalizationLoss(new double[channels], deviation, weight);
    }

    /**
     * The loss.
     *
     * @param values [images][positions][channels]
     * @param gradient receives the gradient of the loss with respect to the values
     */
    double of(float[] values, int images, float[] gradient) {
        double[] losses = new double[images];
        int perImage = values.length / images;
        IntStream.range(0, images)
                .parallel()
                .forEach(image -> losses[image] = image(values, image * perImage, perImage, gradient));
        return weight * Arrays.stream(losses).sum();
    }

    private double image(float[] values, int from, int length, float[] gradient) {
        int channels = mean.length;
        int positions = length / channels;
        double[] sums = new double[channels];
        for (int at = from; at < from + length; at += channels) {
            for (int c = 0; c < channels; c++) {
                sums[c] += values[at + c];
            }
        }
        double[] squares = new double[channels];
        for (int at = from; at < from + length; at += channels) {
            for (int c = 0; c < channels; c++) {
                double centred = values[at + c] - sums[c] / positions;
                squares[c] += centred * centred;
            }
        }
        double loss = 0;
        float[] constant = new float[channels];
        float[] slope = new float[channels];
        for (int c = 0; c < channels; c++) {
            double own = sums[c] / positions;
            double spread = Math.sqrt(squares[c] / positions + EPSILON);
            double meanError = own - mean[c];
            double deviationError = spread - deviation[c];
            loss += meanError * meanError + deviationError * deviationError;
            double growth = 2 * weight * deviationError / (positions * spread);
            slope[c] = (float) growth;
            constant[c] = (float) (2 * weight * meanError / positions - growth * own);
        }
        for (int at = from; at < from + length; at += channels) {
            for (int c = 0; c < channels; c++) {
                gradient[at + c] = constant[c] + slope[c] * values[at + c];
            }
        }
        return loss;
    }
}
