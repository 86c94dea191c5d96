package dev.octavo.tools.demo.training;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batch normalization over N, H, W (Ioffe and Szegedy, 2015), with running statistics for inference. */
final class BatchNorm implements Layer {
    static final float EPSILON = 1e-5f;
    private static final double UPDATE = 0.05;

    final int channels;
    final Parameter scale;
    final Parameter shift;
    final float[] runningMean;
    final float[] runningVariance;
    private final float[] mean;
    private final float[] inverseDeviation;
    private @Nullable Batch input;
    private @Nullable Batch output;
    private @Nullable Batch inputGradient;

    BatchNorm(int channels) {
        this.channels = channels;
        scale = new Parameter(channels, false);
        shift = new Parameter(channels, false);
        runningMean = new float[channels];
        runningVariance = new float[channels];
        mean = new float[channels];
        inverseDeviation = new float[channels];
        Arrays.fill(scale.value, 1);
        Arrays.fill(runningVariance, 1);
    }

    @Override
    public Batch forward(Batch input, boolean training) {
        this.input = input;
        if (training) {
            measure(input);
        } else {
            System.arraycopy(runningMean, 0, mean, 0, channels);
            for (int c = 0; c < channels; c++) {
                inverseDeviation[c] = inverseDeviation(runningVariance[c]);
            }
        }
        float[] factor = new float[channels];
        float[] offset = new float[channels];
        for (int c = 0; c < channels; c++) {
            factor[c] = scale.value[c] * inverseDeviation[c];
            offset[c] = shift.value[c] - mean[c] * factor[c];
        }
        Batch result = Batch.like(input, output);
        ChannelSums.multiplyAdd(input.values, factor, offset, result.values);
        output = result;
        return result;
    }

    @Override
    public Batch backward(Batch outputGradient) {
        Batch input = Layers.forwarded(this.input);
        int rows = input.height * input.width;
        double[] gradientSum = new double[channels];
        double[] productSum = new double[channels];
        ChannelSums.addSums(outputGradient.values, rows, gradientSum);
        ChannelSums.addProducts(outputGradient.values, input.values, mean, rows, productSum);

        double pixels = input.pixels();
        float[] byGradient = new float[channels];
        float[] byInput = new float[channels];
        float[] constant = new float[channels];
        for (int c = 0; c < channels; c++) {
            double scaleGradient = productSum[c] * inverseDeviation[c];
            scale.gradient[c] += (float) scaleGradient;
            shift.gradient[c] += (float) gradientSum[c];
            byGradient[c] = scale.value[c] * inverseDeviation[c];
            byInput[c] = (float) (-byGradient[c] * inverseDeviation[c] * scaleGradient / pixels);
            constant[c] = (float) (-byGradient[c] * gradientSum[c] / pixels - byInput[c] * mean[c]);
        }
        Batch result = Batch.like(input, inputGradient);
        ChannelSums.combine(outputGradient.values, byGradient, input.values, byInput, constant, result.values);
        inputGradient = result;
        return result;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(scale, shift);
    }

    private void measure(Batch input) {
        int rows = input.height * input.width;
        double[] sums = new double[channels];
        ChannelSums.addSums(input.values, rows, sums);
        for (int c = 0; c < channels; c++) {
            mean[c] = (float) (sums[c] / input.pixels());
        }
        double[] squares = new double[channels];
        ChannelSums.addSquares(input.values, mean, rows, squares);
        for (int c = 0; c < channels; c++) {
            double variance = squares[c] / input.pixels();
            inverseDeviation[c] = inverseDeviation(variance);
            runningMean[c] += (float) (UPDATE * (mean[c] - runningMean[c]));
            runningVariance[c] += (float) (UPDATE * (variance - runningVariance[c]));
        }
    }

    private static float inverseDeviation(double variance) {
        return (float) (1 / Math.sqrt(variance + EPSILON));
    }
}
