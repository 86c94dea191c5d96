package dev.octavo.tools.demo.training;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Slides a kernel over one padded image, HWC. Lanes are output channels: whatever the vector width, every output is
 * the same chain of fused multiply–adds.
 *
 * @param inputs channels of the image
 * @param paddedWidth pixels of a row of the image
 * @param outputs channels of the result, a multiple of {@link #CHANNEL_UNIT}
 * @param height rows of the result
 * @param width pixels of a row of the result
 * @param kernel side of the kernel
 * @param stride pixels of the image from one output to the next
 */
record Correlation(int inputs, int paddedWidth, int outputs, int height, int width, int kernel, int stride) {
    /** No vector is wider. */
    static final int CHANNEL_UNIT = 16;

    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int TILE = 8;

    /** Checks that whole vectors cover the output channels. */
    Correlation {
        if (outputs % CHANNEL_UNIT != 0 || CHANNEL_UNIT % LANES.length() != 0) {
            throw new IllegalArgumentException(
                    outputs + " output channels do not fill vectors of " + LANES.length() + " floats");
        }
    }

    /** Writes the result, HWC, to {@code output} from {@code offset} on; {@code weights} are HWIO. */
    void apply(float[] image, float[] weights, float[] output, int offset) {
        int step = stride * inputs;
        for (int channel = 0; channel < outputs; channel += LANES.length()) {
            for (int y = 0; y < height; y++) {
                int from = y * stride * rowSize();
                int to = offset + y * width * outputs + channel;
                int x = 0;
                for (; x + TILE <= width; x += TILE) {
                    eightPixels(image, from + x * step, weights, channel, output, to + x * outputs);
                }
                for (; x < width; x++) {
                    onePixel(image, from + x * step, weights, channel, output, to + x * outputs);
                }
            }
        }
    }

    /**
     * Adds the gradient of the loss by the weights to {@code weightGradient}, given that by the output, which stands in
     * {@code outputGradient} from {@code offset} on.
     */
    void addWeightGradient(float[] image, float[] outputGradient, int offset, float[] weightGradient) {
        for (int row = 0; row < kernel; row++) {
            for (int channel = 0; channel < outputs; channel += LANES.length()) {
                int tap = 0;
                int from = row * rowSize();
                int to = row * tapsOfRow() * outputs + channel;
                for (; tap + TILE <= tapsOfRow(); tap += TILE) {
                    eightTaps(image, from + tap, outputGradient, offset + channel, weightGradient, to + tap * outputs);
                }
                for (; tap < tapsOfRow(); tap++) {
                    oneTap(image, from + tap, outputGradient, offset + channel, weightGradient, to + tap * outputs);
                }
            }
        }
    }

    private int rowSize() {
        return paddedWidth * inputs;
    }

    /** The pixels under a row of the kernel lie side by side, and so do their weights: one run of products. */
    private int tapsOfRow() {
        return kernel * inputs;
    }

    private void eightPixels(float[] image, int from, float[] weights, int channel, float[] output, int to) {
        int step = stride * inputs;
        int taps = tapsOfRow();
        FloatVector sum0 = FloatVector.zero(LANES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        FloatVector sum4 = sum0;
        FloatVector sum5 = sum0;
        FloatVector sum6 = sum0;
        FloatVector sum7 = sum0;
        int w = channel;
        for (int row = 0; row < kernel; row++) {
            int i = from + row * rowSize();
            for (int end = i + taps; i < end; i++) {
                FloatVector weight = FloatVector.fromArray(LANES, weights, w);
                sum0 = FloatVector.broadcast(LANES, image[i]).fma(weight, sum0);
                sum1 = FloatVector.broadcast(LANES, image[i + step]).fma(weight, sum1);
                sum2 = FloatVector.broadcast(LANES, image[i + 2 * step]).fma(weight, sum2);
                sum3 = FloatVector.broadcast(LANES, image[i + 3 * step]).fma(weight, sum3);
                sum4 = FloatVector.broadcast(LANES, image[i + 4 * step]).fma(weight, sum4);
                sum5 = FloatVector.broadcast(LANES, image[i + 5 * step]).fma(weight, sum5);
                sum6 = FloatVector.broadcast(LANES, image[i + 6 * step]).fma(weight, sum6);
                sum7 = FloatVector.broadcast(LANES, image[i + 7 * step]).fma(weight, sum7);
                w += outputs;
            }
        }
        sum0.intoArray(output, to);
        sum1.intoArray(output, to + outputs);
        sum2.intoArray(output, to + 2 * outputs);
        sum3.intoArray(output, to + 3 * outputs);
        sum4.intoArray(output, to + 4 * outputs);
        sum5.intoArray(output, to + 5 * outputs);
        sum6.intoArray(output, to + 6 * outputs);
        sum7.intoArray(output, to + 7 * outputs);
    }

    private void onePixel(float[] image, int from, float[] weights, int channel, float[] output, int to) {
        FloatVector sum = FloatVector.zero(LANES);
        int w = channel;
        for (int row = 0; row < kernel; row++) {
            int i = from + row * rowSize();
            for (int end = i + tapsOfRow(); i < end; i++) {
                FloatVector weight = FloatVector.fromArray(LANES, weights, w);
                sum = FloatVector.broadcast(LANES, image[i]).fma(weight, sum);
                w += outputs;
            }
        }
        sum.intoArray(output, to);
    }

    private void eightTaps(float[] image, int from, float[] gradient, int offset, float[] weightGradient, int to) {
        int step = stride * inputs;
        FloatVector sum0 = FloatVector.zero(LANES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        FloatVector sum4 = sum0;
        FloatVector sum5 = sum0;
        FloatVector sum6 = sum0;
        FloatVector sum7 = sum0;
        int g = offset;
        for (int y = 0; y < height; y++) {
            int i = from + y * stride * rowSize();
            for (int x = 0; x < width; x++) {
                FloatVector loss = FloatVector.fromArray(LANES, gradient, g);
                sum0 = FloatVector.broadcast(LANES, image[i]).fma(loss, sum0);
                sum1 = FloatVector.broadcast(LANES, image[i + 1]).fma(loss, sum1);
                sum2 = FloatVector.broadcast(LANES, image[i + 2]).fma(loss, sum2);
                sum3 = FloatVector.broadcast(LANES, image[i + 3]).fma(loss, sum3);
                sum4 = FloatVector.broadcast(LANES, image[i + 4]).fma(loss, sum4);
                sum5 = FloatVector.broadcast(LANES, image[i + 5]).fma(loss, sum5);
                sum6 = FloatVector.broadcast(LANES, image[i + 6]).fma(loss, sum6);
                sum7 = FloatVector.broadcast(LANES, image[i + 7]).fma(loss, sum7);
                i += step;
                g += outputs;
            }
        }
        add(sum0, weightGradient, to);
        add(sum1, weightGradient, to + outputs);
        add(sum2, weightGradient, to + 2 * outputs);
        add(sum3, weightGradient, to + 3 * outputs);
        add(sum4, weightGradient, to + 4 * outputs);
        add(sum5, weightGradient, to + 5 * outputs);
        add(sum6, weightGradient, to + 6 * outputs);
        add(sum7, weightGradient, to + 7 * outputs);
    }

    private void oneTap(float[] image, int from, float[] gradient, int offset, float[] weightGradient, int to) {
        FloatVector sum = FloatVector.zero(LANES);
        int g = offset;
        for (int y = 0; y < height; y++) {
            int i = from + y * stride * rowSize();
            for (int x = 0; x < width; x++) {
                FloatVector loss = FloatVector.fromArray(LANES, gradient, g);
                sum = FloatVector.broadcast(LANES, image[i]).fma(loss, sum);
                i += stride * inputs;
                g += outputs;
            }
        }
        add(sum, weightGradient, to);
    }

    private static void add(FloatVector sum, float[] target, int at) {
        FloatVector.fromArray(LANES, target, at).add(sum).intoArray(target, at);
    }
}
