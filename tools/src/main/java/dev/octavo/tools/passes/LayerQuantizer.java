package dev.octavo.tools.passes;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.AccumulatorBounds;
import dev.octavo.tools.quantize.BiasCorrection;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.Moments;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantize.QuantizedWeights;
import dev.octavo.tools.quantize.WeightScales;
import dev.octavo.tools.quantize.WeightShape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the integers of one layer. Where an accumulator could overflow, or a multiplier leave its range, the weights get
 * a coarser scale instead.
 */
final class LayerQuantizer {
    private static final double LEAST_MULTIPLIER = 0x1p-39;
    private static final int COARSENINGS = 48;

    /** A layer without weights still needs a scale for its bias: this many units per step of the output. */
    private static final double EMPTY_MULTIPLIER = 0x1p-12;

    private final QuantizationOptions options;

    LayerQuantizer(QuantizationOptions options) {
        this.options = options;
    }

    /**
     * Quantizes a layer.
     *
     * @param inputs moments of the layer's input
     * @param pixels the normalisation, if the input is a picture
     * @param output null if the layer's results leave as float
     * @param residual of what is added to the layer's sum, or null
     */
    QuantizedLayer quantize(
            Node node,
            Op.Layer layer,
            Moments inputs,
            TensorEncoding input,
            @Nullable PixelInput pixels,
            @Nullable TensorEncoding output,
            @Nullable TensorEncoding residual) {
        WeightShape shape = Layers.weightShape(layer);
        float[] weights = layer.weights().values();
        float[] scales = scales(weights, shape);
        double outputScale = output == null ? 0 : output.scale();
        double added = residual == null || output == null
                ? 0
                : (double) residual.range().high() * residual.scale() / output.scale();
        useEmptyScale(weights, shape, scales, input.scale(), outputScale);
        for (int attempt = 0; attempt < COARSENINGS; attempt++) {
            QuantizedWeights quantized =
                    QuantizedWeights.quantize(weights, shape, scales, options.signedRange(), options.rounding());
            double[] correction = BiasCorrection.of(weights, quantized, inputs);
            long[] bias = new long[shape.channels()];
            for (int c = 0; c < bias.length; c++) {
                double real = layer.bias().at(c) + correction[c];
                bias[c] = (long) Math.rint(real / ((double) input.scale() * quantized.scale(c)))
                        - (pixels == null ? 0 : pixels.padSum(quantized, c));
            }
            if (!coarsen(quantized, bias, input, outputScale, added, scales)) {
                return new QuantizedLayer(
                        quantized,
                        input.scale(),
                        Arrays.stream(bias).mapToInt(Math::toIntExact).toArray());
            }
        }
        throw new GraphException("layer '" + node.name()
                + "': no weight scale keeps its accumulators within 32 bits; its bias is too large for its weights");
    }

    private float[] scales(float[] weights, WeightShape shape) {
        IntegerRange range = options.signedRange();
        boolean clips = options.bits() <= 6;
        if (options.perChannelWeights()) {
            return clips
                    ? WeightScales.leastSquaresPerChannel(weights, shape, range)
                    : WeightScales.perChannel(weights, shape, range);
        }
        return new float[] {
            clips ? WeightScales.leastSquaresPerTensor(weights, range) : WeightScales.perTensor(weights, range)
        };
    }

    private static void useEmptyScale(
            float[] weights, WeightShape shape, float[] scales, double inputScale, double outputScale) {
        if (outputScale == 0) {
            return;
        }
        for (int s = 0; s < scales.length; s++) {
            int from = scales.length == 1 ? 0 : shape.offset(s, 0);
            int to = scales.length == 1 ? weights.length : from + shape.weightsPerChannel();
            boolean empty = true;
            for (int i = from; i < to; i++) {
                empty &= weights[i] == 0;
            }
            if (empty) {
                scales[s] = (float) (EMPTY_MULTIPLIER * outputScale / inputScale);
            }
        }
    }

    /** Doubles the scales that do not suit; returns whether there were any. */
    private static boolean coarsen(
            QuantizedWeights weights,
            long[] bias,
            TensorEncoding input,
            double outputScale,
            double residual,
            float[] scales) {
        boolean[] coarse = new boolean[scales.length];
        boolean any = false;
        for (int c = 0; c < bias.length; c++) {
            int s = scales.length == 1 ? 0 : c;
            double multiplier = (double) input.scale() * scales[s] / outputScale;
            AccumulatorBounds bounds = AccumulatorBounds.of(weights, c, input.range(), bias[c]);
            boolean suits = bounds.fitsInt32()
                    && (outputScale == 0
                            || (multiplier >= LEAST_MULTIPLIER && bounds.exactInFloat32(multiplier, residual)));
            if (!suits && !coarse[s]) {
                coarse[s] = true;
                any = true;
                scales[s] *= 2;
            }
        }
        return any;
    }
}
