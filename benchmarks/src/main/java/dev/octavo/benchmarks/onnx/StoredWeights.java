package dev.octavo.benchmarks.onnx;

import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.lang.foreign.ValueLayout;

/**
 * The weights of a convolution as ONNX constants. Their scale follows from what Octavo stores, the multiplier
 * Sx · Sw / Sy, so that both compute the same rescaling up to the rounding of a float.
 *
 * @param perChannel whether the scales are vectors
 * @param weights int8 [O][I][kernelHeight][kernelWidth], or [O][I] for a fully connected layer
 * @param bias int32 [O] at the scale of the accumulators
 */
record StoredWeights(
        String weights, String scale, String zeroPoint, String bias, String biasScale, boolean perChannel) {
    static StoredWeights of(
            GraphWriter graph,
            String name,
            Operation.Convolution convolution,
            TensorDefinition input,
            int inputZero,
            float outputScale,
            boolean perChannel) {
        int channels = convolution.bias().length;
        int taps = convolution.shape().taps();
        int in = (int) (convolution.weights().byteSize() / channels / taps);
        int[] extents = input.shape().length == 2
                ? new int[] {channels, in}
                : new int[] {
                    channels,
                    in,
                    convolution.shape().kernelHeight(),
                    convolution.shape().kernelWidth()
                };
        double[] scales = scales(convolution, input.scale(), outputScale);
        boolean vector = perChannel || scales.length > 1;
        int count = vector ? channels : 1;
        float[] weightScale = new float[count];
        float[] biasScale = new float[count];
        for (int c = 0; c < count; c++) {
            weightScale[c] = (float) scales[scales.length == 1 ? 0 : c];
            biasScale[c] = weightScale[c] * input.scale();
        }
        int[] vectorExtents = vector ? new int[] {channels} : new int[0];
        return new StoredWeights(
                graph.bytes(name + ".weight", DataType.INT8, channelMajor(convolution, channels, taps, in), extents),
                graph.floats(name + ".weight.scale", weightScale, vectorExtents),
                graph.bytes(name + ".weight.zero", DataType.INT8, new byte[count], vectorExtents),
                graph.integers(name + ".bias", bias(convolution, channels, taps * in, inputZero), channels),
                graph.floats(name + ".bias.scale", biasScale, vectorExtents),
                vector);
    }

    private static double[] scales(Operation.Convolution convolution, float inputScale, float outputScale) {
        return switch (convolution.epilogue()) {
            case Requantization r ->
                r.multipliers().stream()
                        .mapToDouble(m -> (double) m.value() * outputScale / inputScale)
                        .toArray();
            case Rescaling r -> {
                double[] scales = new double[r.scales().length];
                for (int c = 0; c < scales.length; c++) {
                    scales[c] = (double) r.scales()[c] / inputScale;
                }
                yield scales;
            }
        };
    }

    /** The bias where codes are taken relative to {@code inputZero}. */
    private static int[] bias(Operation.Convolution convolution, int channels, int weights, int inputZero) {
        int[] bias = convolution.bias().clone();
        for (int i = 0; i < channels * weights; i++) {
            bias[i / weights] += inputZero * convolution.weights().get(ValueLayout.JAVA_BYTE, i);
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
