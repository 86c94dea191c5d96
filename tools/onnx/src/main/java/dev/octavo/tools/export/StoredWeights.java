package dev.octavo.tools.export;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.lang.foreign.ValueLayout;
import java.util.function.IntToLongFunction;

/**
 * The weights of a convolution as ONNX constants. Their scale follows from what Octavo stores, the multiplier
 * Sx · Sw / Sy, so that both compute the same rescaling up to the rounding of a float.
 *
 * @param perChannel whether the scales are vectors
 * @param weights int8 [O][I][kernelHeight][kernelWidth], or [O][I] for a fully connected layer
 * @param bias int32 [O] at the scale of the accumulators
 */
public record StoredWeights(
        String weights, String scale, String zeroPoint, String bias, String biasScale, boolean perChannel) {
    private static final int MOST_DISTANCE = 4;

    static StoredWeights of(
            GraphWriter graph,
            String name,
            Operation.Convolution convolution,
            TensorDefinition input,
            float inputScale,
            int inputZero,
            float outputScale,
            IntToLongFunction outputShift,
            boolean perChannel) {
        int channels = convolution.bias().length;
        int taps = convolution.shape().taps();
        int in = (int) (convolution.weights().byteSize() / channels / taps);
        int[] extents = input.shape().length == 2
                ? new int[] {channels, in}
                : input.shape().length == 3
                        ? new int[] {channels, in, taps}
                        : new int[] {
                            channels,
                            in,
                            convolution.shape().kernelHeight(),
                            convolution.shape().kernelWidth()
                        };
        boolean vector = perChannel || scales(convolution) > 1;
        int count = vector ? channels : 1;
        float[] weightScale = new float[count];
        float[] biasScale = new float[count];
        for (int c = 0; c < count; c++) {
            weightScale[c] = scale(convolution, c, inputScale, outputScale);
            biasScale[c] = weightScale[c] * inputScale;
        }
        int[] vectorExtents = vector ? new int[] {channels} : new int[0];
        return new StoredWeights(
                graph.bytes(name + ".weight", DataType.INT8, channelMajor(convolution, channels, taps, in), extents),
                graph.floats(name + ".weight.scale", weightScale, vectorExtents),
                graph.bytes(name + ".weight.zero", DataType.INT8, new byte[count], vectorExtents),
                graph.integers(
                        name + ".bias", bias(convolution, channels, taps * in, inputZero, outputShift), channels),
                graph.floats(name + ".bias.scale", biasScale, vectorExtents),
                vector);
    }

    private static int scales(Operation.Convolution convolution) {
        return switch (convolution.epilogue()) {
            case Requantization r -> r.multipliers().size();
            case Activation a -> a.scaleCount();
            case Rescaling r -> r.scales().length;
        };
    }

    /**
     * The scale of a channel from which a reader that works in single precision gets the multiplier again: {@code input ·
     * scale / output}, or {@code input · scale} where results leave as float. Of the floats around the quotient, the first that
     * does so.
     */
    private static float scale(Operation.Convolution convolution, int channel, float input, float output) {
        boolean codes = convolution.epilogue() instanceof Requantization;
        float wanted = switch (convolution.epilogue()) {
            case Requantization r -> r.multiplier(channel).value();
            case Activation a -> a.accumulatorScale(channel);
            case Rescaling r -> r.scale(channel);
        };
        float nearest = (float) ((double) wanted * (codes ? output : 1) / input);
        for (int distance = 0; distance <= MOST_DISTANCE; distance++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                float candidate = Float.intBitsToFloat(Float.floatToRawIntBits(nearest) + sign * distance);
                float product = input * candidate;
                if ((codes ? product / output : product) == wanted) {
                    return candidate;
                }
            }
        }
        return nearest;
    }

    /** The bias where codes are taken relative to {@code inputZero}, and results have no code of 0 but 0. */
    private static int[] bias(
            Operation.Convolution convolution,
            int channels,
            int weights,
            int inputZero,
            IntToLongFunction outputShift) {
        int[] bias = convolution.bias().clone();
        for (int i = 0; i < channels * weights; i++) {
            bias[i / weights] += inputZero * convolution.weights().get(ValueLayout.JAVA_BYTE, i);
        }
        for (int c = 0; c < channels; c++) {
            bias[c] -= (int) outputShift.applyAsLong(c);
        }
        return bias;
    }

    /** From [O][tap][I] to [O][I][tap]. */
    private static byte[] channelMajor(Operation.Convolution convolution, int channels, int taps, int in) {
        byte[] from = convolution.weights().toArray(ValueLayout.JAVA_BYTE);
        byte[] to = new byte[from.length];
        for (int o = 0; o < channels; o++) {
            for (int t = 0; t < taps; t++) {
                for (int i = 0; i < in; i++) {
                    to[(o * in + i) * taps + t] = from[(o * taps + t) * in + i];
                }
            }
        }
        return to;
    }
}
