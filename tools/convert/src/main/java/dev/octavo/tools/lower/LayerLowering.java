package dev.octavo.tools.lower;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Epilogue;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.Padding;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.FunctionCurve;
import dev.octavo.tools.quantize.ZeroPoints;
import dev.octavo.tools.quantizer.QuantizedLayer;
import dev.octavo.tools.quantizer.TensorEncoding;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Layers with weights as convolutions of the runtime, whose weights are in OHWI order. */
final class LayerLowering {
    private LayerLowering() {}

    /** Whether all channels have the same bound. */
    static boolean uniform(Clamp clamp) {
        for (float high : clamp.high()) {
            if (high != clamp.high(0)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The layer in float.
     *
     * @param high the upper bound of all channels
     */
    static Operation.FloatConvolution real(Op.Layer layer, float high) {
        float[] weights = layer.weights().values();
        int[] order = ohwi(layer);
        float[] ordered = new float[weights.length];
        for (int i = 0; i < ordered.length; i++) {
            ordered[i] = weights[order[i]];
        }
        return new Operation.FloatConvolution(
                shape(layer),
                padding(layer),
                MemorySegment.ofArray(ordered),
                layer.bias().values(),
                layer.clamp().low(),
                high);
    }

    /**
     * The layer in integers.
     *
     * @param input encoding; the biases of a layer of pixels have their zero codes already
     * @param output null if the results leave as float
     * @param residual null if there is none
     */
    static Operation.Convolution integer(
            Op.Layer layer,
            QuantizedLayer quantized,
            TensorEncoding input,
            @Nullable TensorEncoding output,
            @Nullable TensorEncoding residual) {
        byte[] weights = quantized.weights().values();
        int[] order = ohwi(layer);
        byte[] ordered = new byte[weights.length];
        for (int i = 0; i < ordered.length; i++) {
            ordered[i] = weights[order[i]];
        }
        FixedPointMultiplier added = residual == null || output == null
                ? null
                : FixedPointMultiplier.of((double) residual.scale() / output.scale());
        int[] bias = quantized.bias();
        if (output == null) {
            shift(bias, quantized, input.zero(), c -> 0);
            return new Operation.Convolution(
                    shape(layer), padding(layer), MemorySegment.ofArray(ordered), bias, rescaling(quantized), null);
        }
        Requantization target = requantization(layer.clamp(), quantized, output);
        shift(
                bias,
                quantized,
                input.zero(),
                c -> ZeroPoints.ofOutput(
                        target.multiplier(c).value(),
                        output.zero(),
                        added == null ? 0 : added.value(),
                        residual == null ? 0 : residual.zero()));
        return new Operation.Convolution(
                shape(layer), padding(layer), MemorySegment.ofArray(ordered), bias, target, added);
    }

    /**
     * The layer in integers, and a function of its sums.
     *
     * @param input encoding; the biases of a layer of pixels have their zero codes already
     * @param output encoding of the function's results
     */
    static Operation.Convolution integer(
            Op.Layer layer,
            QuantizedLayer quantized,
            Op.Unary function,
            FunctionCurve curve,
            TensorEncoding input,
            TensorEncoding output) {
        Operation.Convolution sums = integer(layer, quantized, input, null, null);
        float[] steps = new float[scales(quantized)];
        float[] scales = new float[steps.length];
        for (int c = 0; c < steps.length; c++) {
            double unit = quantized.accumulatorScale(c);
            steps[c] = (float) (unit / curve.width());
            scales[c] = (float) ((curve.gated() ? unit : 1) / output.scale());
        }
        Activation activation = new Activation(
                new Activation.Function(function.function(), function.alpha(), function.beta(), curve.width()),
                curve.curve(),
                curve.gated(),
                steps,
                FunctionCurve.ORIGIN,
                scales,
                output.zero(),
                output.code(curve.least()),
                output.greatestCode());
        return new Operation.Convolution(sums.shape(), sums.padding(), sums.weights(), sums.bias(), activation, null);
    }

    private static void shift(int[] bias, QuantizedLayer layer, int inputZero, IntToLongFunction output) {
        for (int c = 0; c < bias.length; c++) {
            long shift =
                    output.applyAsLong(c) + ZeroPoints.ofInput(layer.weights().sum(c), inputZero);
            bias[c] = Math.toIntExact(bias[c] + shift);
        }
    }

    private static Epilogue rescaling(QuantizedLayer layer) {
        float[] scales = new float[scales(layer)];
        for (int c = 0; c < scales.length; c++) {
            scales[c] = (float) layer.accumulatorScale(c);
        }
        return new Rescaling(scales);
    }

    private static Requantization requantization(Clamp clamp, QuantizedLayer layer, TensorEncoding output) {
        List<FixedPointMultiplier> multipliers = IntStream.range(0, scales(layer))
                .mapToObj(c -> FixedPointMultiplier.of((float) layer.accumulatorScale(c) / output.scale()))
                .toList();
        int low = output.code(clamp.low());
        int[] high = new int[clamp.high().length];
        for (int c = 0; c < high.length; c++) {
            high[c] = output.code(clamp.high(c));
        }
        boolean uniform = Arrays.stream(high).allMatch(h -> h == high[0]);
        return new Requantization(multipliers, low, uniform ? new int[] {high[0]} : high);
    }

    private static int scales(QuantizedLayer layer) {
        return layer.weights().isPerChannel() ? layer.weights().shape().channels() : 1;
    }

    private static ConvolutionShape shape(Op.Layer layer) {
        return layer instanceof Op.Convolution convolution
                ? convolution.window().shape()
                : ConvolutionShape.of(1, 1);
    }

    private static Padding padding(Op.Layer layer) {
        return layer instanceof Op.Convolution convolution
                ? new Padding(
                        convolution.window().padTop(),
                        convolution.window().padLeft(),
                        convolution.window().padBottom(),
                        convolution.window().padRight())
                : Padding.NONE;
    }

    /** Where each weight in OHWI order stands in OIHW order. */
    private static int[] ohwi(Op.Layer layer) {
        int inputs = layer.inputsPerGroup();
        int taps = layer.taps();
        int[] order = new int[layer.outputs() * inputs * taps];
        int next = 0;
        for (int o = 0; o < layer.outputs(); o++) {
            for (int tap = 0; tap < taps; tap++) {
                for (int i = 0; i < inputs; i++) {
                    order[next++] = (o * inputs + i) * taps + tap;
                }
            }
        }
        return order;
    }
}
