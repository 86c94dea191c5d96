package dev.octavo.tools.quantize;

/** Data-free bias correction (Nagel et al., ICCV 2019): cancels the mean output error that rounding the weights causes. */
public final class BiasCorrection {
    private BiasCorrection() {}

    /**
     * What to add to the bias of each output channel: −Σ_i E[x_i]·Σ_taps (dequantized − real).
     *
     * @param weights the real weights that were rounded
     * @param inputs mean of each channel of the layer's input
     */
    public static double[] of(float[] weights, QuantizedWeights quantized, Moments inputs) {
        WeightShape shape = quantized.shape();
        if (inputs.channels() != shape.inputChannels()) {
            throw new IllegalArgumentException(inputs.channels() + " input means for " + shape);
        }
        double[] correction = new double[shape.channels()];
        for (int channel = 0; channel < correction.length; channel++) {
            double shift = 0;
            int first = shape.inputChannel(channel, 0);
            for (int kernel = 0; kernel < shape.kernels(); kernel++) {
                shift += inputs.mean(first + kernel) * quantized.kernelError(weights, channel, kernel);
            }
            correction[channel] = -shift;
        }
        return correction;
    }
}
