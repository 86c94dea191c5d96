package dev.octavo.tools.demo.training;

import org.jspecify.annotations.Nullable;

/**
 * Softmax cross-entropy against smoothed labels (Szegedy et al., "Rethinking the Inception Architecture", 2016, section 7):
 * the target is 1 − smoothing for the label, and smoothing / classes for every class on top.
 */
final class CrossEntropy {
    private final double smoothing;
    private @Nullable Batch gradient;

    CrossEntropy(double smoothing) {
        this.smoothing = smoothing;
    }

    /** The mean loss of a batch of logits and its gradient by them. */
    record Loss(double mean, Batch gradient) {}

    Loss of(Batch logits, int[] labels) {
        int classes = logits.channels;
        Batch result = Batch.like(logits, gradient);
        double total = 0;
        double[] exponentials = new double[classes];
        for (int image = 0; image < logits.count; image++) {
            int row = image * classes;
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                largest = Math.max(largest, logits.values[row + c]);
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                exponentials[c] = StrictMath.exp(logits.values[row + c] - largest);
                sum += exponentials[c];
            }
            double logSum = largest + StrictMath.log(sum);
            for (int c = 0; c < classes; c++) {
                double target = smoothing / classes + (c == labels[image] ? 1 - smoothing : 0);
                total += target * (logSum - logits.values[row + c]);
                result.values[row + c] = (float) ((exponentials[c] / sum - target) / logits.count);
            }
        }
        gradient = result;
        return new Loss(total / logits.count, result);
    }
}
