package dev.octavo.tools.quantize;

/**
 * The normalisation (p − mean_c) / std_c of 8-bit pictures, moved into the first layer, so that the picture itself is the
 * quantized tensor, at scale 1 and without any rounding. Zero padding stood for p = mean_c; it becomes the byte rne(mean_c),
 * and the bias makes up for the fraction that was cut from the mean.
 *
 * <p>Weights produced here are for inputs p − rne(mean_c), which zero padding suits exactly.
 */
public final class PixelInput {
    private final double[] mean;
    private final double[] std;

    private PixelInput(double[] mean, double[] std) {
        this.mean = mean;
        this.std = std;
    }

    /**
     * Takes the normalisation of each channel.
     *
     * @param mean on the scale of pixels, in [0, 255]
     * @param std on the scale of pixels, positive
     */
    public static PixelInput of(double[] mean, double[] std) {
        if (mean.length != std.length || mean.length == 0) {
            throw new IllegalArgumentException(mean.length + " means and " + std.length + " deviations");
        }
        for (int c = 0; c < mean.length; c++) {
            if (!(mean[c] >= 0 && mean[c] <= 255)) {
                throw new IllegalArgumentException("the mean of a picture must lie in [0, 255] and not be " + mean[c]);
            }
            if (!(std[c] > 0 && std[c] <= 1e6)) {
                throw new IllegalArgumentException("the deviation of a picture must be positive and not " + std[c]);
            }
        }
        return new PixelInput(mean.clone(), std.clone());
    }

    /** Number of channels. */
    public int channels() {
        return mean.length;
    }

    /** (p − mean) / std. */
    public double normalise(double pixel, int channel) {
        return (pixel - mean[channel]) / std[channel];
    }

    /** The pixel of a normalised value, not rounded. */
    public double pixel(double normalised, int channel) {
        return normalised * std[channel] + mean[channel];
    }

    /** The pixel value that stands for padding, rne(mean), in [0, 255]. */
    public int padPixel(int channel) {
        return (int) Math.rint(mean[channel]);
    }

    /** Weights of the first layer for inputs p − rne(mean). */
    public float[] foldWeights(float[] weights, WeightShape shape) {
        check(shape);
        shape.checkSize(weights.length);
        float[] folded = new float[weights.length];
        for (int channel = 0; channel < shape.channels(); channel++) {
            for (int kernel = 0; kernel < shape.kernels(); kernel++) {
                double divisor = std[shape.inputChannel(channel, kernel)];
                int offset = shape.offset(channel, kernel);
                for (int i = offset; i < offset + shape.taps(); i++) {
                    folded[i] = (float) (weights[i] / divisor);
                }
            }
        }
        return folded;
    }

    /** What to add to the bias of the first layer, from its weights before they are folded. */
    public double[] biasShift(float[] weights, WeightShape shape) {
        check(shape);
        shape.checkSize(weights.length);
        double[] shift = new double[shape.channels()];
        for (int channel = 0; channel < shape.channels(); channel++) {
            for (int kernel = 0; kernel < shape.kernels(); kernel++) {
                int input = shape.inputChannel(channel, kernel);
                double fraction = (padPixel(input) - mean[input]) / std[input];
                int offset = shape.offset(channel, kernel);
                for (int i = offset; i < offset + shape.taps(); i++) {
                    shift[channel] += weights[i] * fraction;
                }
            }
        }
        return shift;
    }

    /** Σ q·rne(mean) of an output channel: what the integer bias must lose because the input is p. */
    public long padSum(QuantizedWeights weights, int channel) {
        WeightShape shape = weights.shape();
        check(shape);
        long sum = 0;
        for (int kernel = 0; kernel < shape.kernels(); kernel++) {
            int offset = shape.offset(channel, kernel);
            int taps = 0;
            for (int i = offset; i < offset + shape.taps(); i++) {
                taps += weights.values()[i];
            }
            sum += (long) taps * padPixel(shape.inputChannel(channel, kernel));
        }
        return sum;
    }

    private void check(WeightShape shape) {
        if (shape.inputChannels() != mean.length) {
            throw new IllegalArgumentException(
                    "normalisation of " + mean.length + " channels for " + shape.inputChannels());
        }
    }
}
