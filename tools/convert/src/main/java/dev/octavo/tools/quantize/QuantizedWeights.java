package dev.octavo.tools.quantize;

import java.util.stream.IntStream;

/** Integer weights {@code [channels][kernels][taps]} with the scale of each output channel. */
public final class QuantizedWeights {
    private final WeightShape shape;
    private final byte[] values;
    private final float[] scales;
    private final IntegerRange range;

    private QuantizedWeights(WeightShape shape, byte[] values, float[] scales, IntegerRange range) {
        this.shape = shape;
        this.values = values;
        this.scales = scales;
        this.range = range;
    }

    /**
     * Rounds weights to a grid. Output channels are independent and run on the common pool; the result does not depend on
     * the number of its threads.
     *
     * @param scales one for the tensor, or one per output channel
     */
    public static QuantizedWeights quantize(
            float[] weights, WeightShape shape, float[] scales, IntegerRange range, WeightRounding rounding) {
        shape.checkSize(weights.length);
        if (scales.length != 1 && scales.length != shape.channels()) {
            throw new IllegalArgumentException(scales.length + " scales for " + shape.channels() + " channels");
        }
        byte[] values = new byte[weights.length];
        int chunks = Math.min(shape.channels(), 4 * Runtime.getRuntime().availableProcessors());
        IntStream.range(0, chunks).parallel().forEach(chunk -> {
            SQuant squant = new SQuant(shape, range, rounding);
            int to = (int) ((long) shape.channels() * (chunk + 1) / chunks);
            for (int channel = (int) ((long) shape.channels() * chunk / chunks); channel < to; channel++) {
                squant.round(weights, channel, scales[scales.length == 1 ? 0 : channel], values);
            }
        });
        return new QuantizedWeights(shape, values, scales.clone(), range);
    }

    /** Holds weights after a descent, and the squared error that each output channel is left with. */
    public record Descent(QuantizedWeights weights, double[] errors) {}

    /**
     * Returns these weights after {@link CoordinateDescent} on the covariance of their inputs.
     *
     * @param weights the real weights that were rounded
     */
    public Descent descend(float[] weights, InputCovariance covariance, IntegerRange range) {
        byte[] improved = values.clone();
        double[] errors = new double[shape.channels()];
        int chunks = Math.min(shape.channels(), 4 * Runtime.getRuntime().availableProcessors());
        IntStream.range(0, chunks).parallel().forEach(chunk -> {
            CoordinateDescent descent = new CoordinateDescent(covariance, range);
            int to = (int) ((long) shape.channels() * (chunk + 1) / chunks);
            for (int channel = (int) ((long) shape.channels() * chunk / chunks); channel < to; channel++) {
                errors[channel] = descent.improve(shape, weights, channel, scale(channel), improved);
            }
        });
        return new Descent(new QuantizedWeights(shape, improved, scales, range), errors);
    }

    /** The shape of the weights. */
    public WeightShape shape() {
        return shape;
    }

    /** The integers; not a copy. */
    public byte[] values() {
        return values;
    }

    /** The real value of one step of an output channel. */
    public float scale(int channel) {
        return scales[scales.length == 1 ? 0 : channel];
    }

    /** Returns the sum of the integers of an output channel. */
    public long sum(int channel) {
        int from = shape.offset(channel, 0);
        long sum = 0;
        for (int i = from; i < from + shape.weightsPerChannel(); i++) {
            sum += values[i];
        }
        return sum;
    }

    /** What the integers were chosen from. */
    public IntegerRange range() {
        return range;
    }

    /** Whether the output channels have scales of their own. */
    public boolean isPerChannel() {
        return scales.length > 1;
    }

    /** Sum over the taps of a kernel of (dequantized − real) weights. */
    public double kernelError(float[] weights, int channel, int kernel) {
        double scale = scale(channel);
        int offset = shape.offset(channel, kernel);
        double sum = 0;
        for (int i = offset; i < offset + shape.taps(); i++) {
            sum += values[i] * scale - weights[i];
        }
        return sum;
    }
}
