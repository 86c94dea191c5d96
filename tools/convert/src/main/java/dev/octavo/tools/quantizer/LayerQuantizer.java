package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Steps;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.options.WeightOptions;
import dev.octavo.tools.quantize.AccumulatorBounds;
import dev.octavo.tools.quantize.BiasCorrection;
import dev.octavo.tools.quantize.InputCovariance;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.Moments;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantize.QuantizedWeights;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantize.WeightScales;
import dev.octavo.tools.quantize.WeightScope;
import dev.octavo.tools.quantize.WeightShape;
import dev.octavo.tools.quantize.ZeroPoints;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the integers of one layer. Where an accumulator could overflow, or a multiplier leave its range, the weights get
 * a coarser scale instead.
 */
final class LayerQuantizer {
    private static final double LEAST_MULTIPLIER = 0x1p-39;
    private static final float[] SCALE_FACTORS = {1, 0.8f, 0.87f, 0.93f, 1.07f, 1.15f};
    private static final int COARSENINGS = 48;

    /** A layer without weights still needs a scale for its bias: this many units per step of the output. */
    private static final double EMPTY_MULTIPLIER = 0x1p-12;

    private static final IntegerRange BYTES = new IntegerRange(-128, 127);

    private final WeightOptions options;

    LayerQuantizer(WeightOptions options) {
        this.options = options;
    }

    /**
     * Quantizes a layer. Weights that were quantized elsewhere keep their steps, and so their codes.
     *
     * @param inputs moments of the layer's input, or null if the bias is to correct nothing
     * @param covariance of what the layer sums, or null if it is unknown
     * @param pixels the normalisation, if the input is a picture
     * @param output null if the layer's results leave as float
     * @param residual of what is added to the layer's sum, or null
     */
    QuantizedLayer quantize(
            Node node,
            Op.Layer layer,
            @Nullable Moments inputs,
            @Nullable InputCovariance covariance,
            TensorEncoding input,
            @Nullable PixelInput pixels,
            @Nullable TensorEncoding output,
            @Nullable TensorEncoding residual) {
        WeightShape shape = Layers.weightShape(layer);
        float[] weights = layer.weights().values();
        Steps steps = layer.weights().steps().orElse(null);
        float[] scales = steps == null
                ? WeightScales.of(weights, shape, options.scope(), options.range(), options.grid())
                : kept(steps, weights);
        double outputScale = output == null ? 0 : output.scale();
        double added = residual == null || output == null
                ? 0
                : (double) Math.max(-residual.range().low(), residual.range().high())
                        * residual.scale()
                        / output.scale();
        int zeros = output == null ? 0 : output.zero();
        if (steps == null) {
            refine(weights, shape, scales, covariance);
        }
        useEmptyScale(weights, shape, scales, input.scale(), outputScale);
        for (int attempt = 0; attempt < COARSENINGS; attempt++) {
            QuantizedWeights quantized = steps == null
                    ? round(weights, shape, scales, covariance)
                    : QuantizedWeights.quantize(weights, shape, scales, BYTES, WeightRounding.NEAREST);
            double[] correction =
                    inputs == null ? new double[shape.channels()] : BiasCorrection.of(weights, quantized, inputs);
            long[] bias = new long[shape.channels()];
            for (int c = 0; c < bias.length; c++) {
                double real = layer.bias().at(c) + correction[c];
                bias[c] = (long) Math.rint(real / ((double) input.scale() * quantized.scale(c)))
                        - (pixels == null ? 0 : pixels.padSum(quantized, c));
            }
            if (!coarsen(quantized, bias, input, outputScale, added, zeros, scales)) {
                return new QuantizedLayer(
                        quantized,
                        input.scale(),
                        Arrays.stream(bias).mapToInt(Math::toIntExact).toArray());
            }
        }
        throw new GraphException("layer '" + node.name()
                + "': no weight scale keeps its accumulators within 32 bits; its bias is too large for its weights");
    }

    private QuantizedWeights round(
            float[] weights, WeightShape shape, float[] scales, @Nullable InputCovariance covariance) {
        boolean descends = options.rounding() == WeightRounding.DESCENT;
        if (descends && covariance != null) {
            return descend(weights, shape, scales, covariance).weights();
        }
        WeightRounding rounding = descends ? WeightRounding.SQUANT : options.rounding();
        return QuantizedWeights.quantize(weights, shape, scales, options.grid(), rounding);
    }

    private QuantizedWeights.Descent descend(
            float[] weights, WeightShape shape, float[] scales, InputCovariance covariance) {
        return QuantizedWeights.quantize(weights, shape, scales, options.grid(), WeightRounding.SQUANT_KERNEL)
                .descend(weights, covariance, options.grid());
    }

    /**
     * Changes scales of least squared weight errors to those that leave the least squared error of the outputs. Channels
     * that share a scale, or are apart by powers of two, keep doing so.
     */
    private void refine(float[] weights, WeightShape shape, float[] scales, @Nullable InputCovariance covariance) {
        if (covariance == null
                || options.rounding() != WeightRounding.DESCENT
                || !options.range().leastSquares(options.grid())) {
            return;
        }
        float[] start = scales.clone();
        int perScope = options.scope() == WeightScope.CHANNEL ? 1 : shape.channels();
        double[] least = new double[shape.channels() / perScope];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        for (float factor : SCALE_FACTORS) {
            float[] tried = start.clone();
            for (int s = 0; s < tried.length; s++) {
                tried[s] *= factor;
            }
            double[] errors = descend(weights, shape, tried, covariance).errors();
            for (int scope = 0; scope < least.length; scope++) {
                double error = Arrays.stream(errors, scope * perScope, (scope + 1) * perScope)
                        .sum();
                if (error < least[scope]) {
                    least[scope] = error;
                    int from = least.length == 1 ? 0 : scope;
                    int to = least.length == 1 ? scales.length : scope + 1;
                    System.arraycopy(tried, from, scales, from, to - from);
                }
            }
        }
    }

    /** The scales of weights that were quantized elsewhere, coarser where an int8 cannot hold their codes. */
    private static float[] kept(Steps steps, float[] weights) {
        float[] scales = steps.scales();
        int perScale = weights.length / scales.length;
        for (int s = 0; s < scales.length; s++) {
            double least = 0;
            double most = 0;
            for (int i = s * perScale; i < (s + 1) * perScale; i++) {
                least = Math.min(least, Math.rint(weights[i] / scales[s]));
                most = Math.max(most, Math.rint(weights[i] / scales[s]));
            }
            if (least < BYTES.low() || most > BYTES.high()) {
                scales[s] = (float) (scales[s] * (Math.max(-least, most) / BYTES.high()));
            }
        }
        return scales;
    }

    private static void useEmptyScale(
            float[] weights, WeightShape shape, float[] scales, double inputScale, double outputScale) {
        if (outputScale == 0) {
            return;
        }
        float emptyScale = (float) (EMPTY_MULTIPLIER * outputScale / inputScale);
        if (scales.length == 1) {
            if (empty(weights, 0, weights.length)) {
                Arrays.fill(scales, emptyScale);
            }
            return;
        }
        for (int c = 0; c < scales.length; c++) {
            int from = shape.offset(c, 0);
            if (empty(weights, from, from + shape.weightsPerChannel())) {
                scales[c] = emptyScale;
            }
        }
    }

    private static boolean empty(float[] weights, int from, int to) {
        for (int i = from; i < to; i++) {
            if (weights[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Doubles the scales that do not suit; returns whether there were any.
     *
     * @param zeros the code of 0 of the output
     */
    private static boolean coarsen(
            QuantizedWeights weights,
            long[] bias,
            TensorEncoding input,
            double outputScale,
            double residual,
            int zeros,
            float[] scales) {
        IntegerRange codes = new IntegerRange(input.leastCode(), input.greatestCode());
        boolean[] coarse = new boolean[scales.length];
        boolean any = false;
        for (int c = 0; c < bias.length; c++) {
            int s = scales.length == 1 ? 0 : c;
            double multiplier = (double) input.scale() * scales[s] / outputScale;
            long shift = ZeroPoints.ofInput(weights.sum(c), input.zero())
                    + (outputScale == 0 ? 0 : ZeroPoints.ofOutput(multiplier, zeros, 0, 0));
            AccumulatorBounds bounds = AccumulatorBounds.of(weights, c, codes, bias[c] + shift);
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
