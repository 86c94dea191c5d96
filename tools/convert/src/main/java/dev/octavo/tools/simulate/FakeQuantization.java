package dev.octavo.tools.simulate;

import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.QuantizedWeights;
import dev.octavo.tools.quantize.WeightShape;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.QuantizedLayer;
import dev.octavo.tools.quantizer.TensorEncoding;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A quantized graph computed in float, as training and most papers do it: layers have the real values of their integer
 * weights and biases, and every value that would be stored in integers is rounded to a real value that they can hold. The
 * integers are those that the model would have; only the arithmetic between them differs.
 *
 * <p>Sums of products of such values are multiples of a step, but float addition leaves a little beside them. That little
 * turns one rounding in about 10⁵ the other way, and a deep network amplifies it to a part of its quantization noise. So
 * the products that are summed are those of integers, which float adds exactly, unless asked otherwise.
 *
 * <p>In a mixed graph a value that both a float layer and an integer one read is rounded for both.
 */
public final class FakeQuantization {
    /** 1.5 · 2^23: adding it to a float of small magnitude rounds to an integer, half to even. */
    private static final float ROUNDER = 12_582_912f;

    private final QuantizedGraph quantized;
    private final Map<String, double[]> biases;
    private final boolean roundsActivations;
    private final boolean exactSums;
    private final Graph graph;
    private final FloatExecutor executor;
    private final Set<String> readAsResidual = new HashSet<>();

    private FakeQuantization(
            QuantizedGraph quantized, Map<String, double[]> biases, boolean roundsActivations, boolean exactSums) {
        this.quantized = quantized;
        this.biases = biases;
        this.roundsActivations = roundsActivations;
        this.exactSums = exactSums;
        Graph.Editor editor = quantized.graph().edit();
        for (Node node : quantized.graph().nodes()) {
            if (node.op() instanceof Op.Layer layer) {
                QuantizedLayer integers = quantized.layer(node.name()).orElse(null);
                if (integers != null) {
                    editor.replace(node.with(simulated(node, layer, integers)));
                }
                if (node.inputs().size() > 1) {
                    readAsResidual.add(node.inputs().get(1));
                }
            }
        }
        graph = editor.build();
        executor = FloatExecutor.of(graph);
    }

    /** Of weights, biases and activations, with the biases of the integer model. */
    public static FakeQuantization of(QuantizedGraph quantized) {
        Map<String, double[]> biases = new HashMap<>();
        for (Node node : quantized.graph().nodes()) {
            quantized
                    .layer(node.name())
                    .ifPresent(integers -> biases.put(node.name(), realBias(quantized, node, integers)));
        }
        return new FakeQuantization(quantized, biases, true, true);
    }

    /** Returns a copy with activations in float. */
    public FakeQuantization withFloatActivations() {
        return new FakeQuantization(quantized, biases, false, false);
    }

    /** Returns a copy with sums as float addition leaves them. */
    public FakeQuantization withFloatSums() {
        return new FakeQuantization(quantized, biases, roundsActivations, false);
    }

    /**
     * Returns a copy with biases rounded once more, to a signed grid that ends at the largest bias of each layer.
     *
     * @param bits 2 to 24
     */
    public FakeQuantization withBiasBits(int bits) {
        if (bits < 2 || bits > 24) {
            throw new IllegalArgumentException("biases can be simulated with 2 to 24 bits, not " + bits);
        }
        int high = (1 << (bits - 1)) - 1;
        Map<String, double[]> rounded = new HashMap<>();
        biases.forEach((layer, bias) -> {
            double step = Arrays.stream(bias).map(Math::abs).max().orElse(0) / high;
            rounded.put(
                    layer,
                    step == 0
                            ? bias
                            : Arrays.stream(bias)
                                    .map(value -> Math.rint(value / step) * step)
                                    .toArray());
        });
        return new FakeQuantization(quantized, rounded, roundsActivations, exactSums);
    }

    private static double[] realBias(QuantizedGraph quantized, Node node, QuantizedLayer integers) {
        int[] codes = integers.bias();
        double[] bias = new double[codes.length];
        for (int c = 0; c < bias.length; c++) {
            long sum = codes[c];
            if (quantized.input() instanceof InputEncoding.Pixels pixels
                    && quantized.graph().inputs().contains(node.input())) {
                sum += pixels.normalisation().padSum(integers.weights(), c);
            }
            bias[c] = sum * integers.accumulatorScale(c);
        }
        return bias;
    }

    /** A layer with real weights and biases; or with integer weights alone, where sums are to be exact. */
    private Op simulated(Node node, Op.Layer layer, QuantizedLayer integers) {
        QuantizedWeights weights = integers.weights();
        WeightShape shape = weights.shape();
        float[] values = new float[layer.weights().elements()];
        float[] bias = new float[shape.channels()];
        double[] realBias = bias(node);
        for (int c = 0; c < bias.length; c++) {
            int from = shape.offset(c, 0);
            for (int i = from; i < from + shape.weightsPerChannel(); i++) {
                values[i] = exactSums ? weights.values()[i] : weights.values()[i] * weights.scale(c);
            }
            bias[c] = exactSums ? 0 : (float) realBias[c];
        }
        return layer.with(FloatTensor.of(layer.weights().shape(), values), FloatTensor.vector(bias), layer.clamp());
    }

    private double[] bias(Node layer) {
        return Objects.requireNonNull(biases.get(layer.name()), layer.name());
    }

    /** The graph that is computed; its input is that of {@link QuantizedGraph}. */
    public Graph graph() {
        return graph;
    }

    /**
     * Runs the network.
     *
     * @param inputs of {@link #graph}; may be changed
     * @param observer sees each value after it was rounded
     */
    public SequencedMap<String, FloatBatch> run(Map<String, FloatBatch> inputs, Interposer observer) {
        Map<String, FloatBatch> residuals = new HashMap<>();
        return executor.run(inputs, new Interposer() {
            @Override
            public void reads(Node layer, FloatBatch input) {
                observer.reads(layer, input);
            }

            @Override
            public FloatBatch operand(Node layer, FloatBatch input) {
                return exactSums && quantized.layer(layer.name()).isPresent() ? codes(layer, input) : input;
            }

            @Override
            public void sum(Node layer, FloatBatch sum) {
                QuantizedLayer integers = quantized.layer(layer.name()).orElse(null);
                if (integers != null && roundsActivations) {
                    FloatBatch residual = layer.inputs().size() > 1
                            ? residuals.get(layer.inputs().get(1))
                            : null;
                    new Requantizer(layer, integers, sum.channels()).round(sum, residual);
                }
                observer.sum(layer, sum);
            }

            @Override
            public void value(String name, FloatBatch batch) {
                if (roundsActivations && !givenAsPixels(name)) {
                    quantized
                            .encoding(name)
                            .ifPresent(encoding -> round(batch.values(), range(name, encoding), encoding.scale()));
                }
                if (readAsResidual.contains(name)) {
                    residuals.put(name, batch);
                }
                observer.value(name, batch);
            }
        });
    }

    private boolean givenAsPixels(String value) {
        return quantized.input() instanceof InputEncoding.Pixels
                && graph.inputs().contains(value);
    }

    /** Integers of averages, and of what only moves or selects elements, are clamped to what a byte holds. */
    private IntegerRange range(String value, TensorEncoding encoding) {
        boolean clamped = graph.producer(value)
                .map(producer -> producer.op() instanceof Op.Layer
                        || producer.op() instanceof Op.Unary
                        || producer.op() instanceof Op.Binary)
                .orElse(true);
        if (clamped || encoding.zero() != 0) {
            return encoding.range();
        }
        return encoding.range().low() < 0 ? IntegerRange.signed(8) : IntegerRange.unsigned(8);
    }

    /** The integers that a layer reads, in float. */
    private FloatBatch codes(Node layer, FloatBatch input) {
        if (givenAsPixels(layer.input())) {
            return input;
        }
        double scale = quantized.encoding(layer.input()).orElseThrow().scale();
        float[] real = input.values();
        float[] codes = new float[real.length];
        inChunks(codes.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                codes[i] = (float) Math.rint(real[i] / scale);
            }
        });
        return FloatBatch.of(input.images(), input.shape(), codes);
    }

    /** What becomes of the sums of one layer. */
    private final class Requantizer {
        /** Real value of one unit of what was summed, by channel. */
        private final double[] units;

        /** What is to be added to the sum, in its units. */
        private final double[] offsets;

        /** Output steps per unit of the sum, by channel; null if the results leave as real numbers. */
        private final double @Nullable [] multipliers;

        private final double outputScale;
        private final double residualMultiplier;
        private final double residualScale;

        Requantizer(Node node, QuantizedLayer layer, int channels) {
            TensorEncoding output = quantized.encoding(node.output()).orElse(null);
            TensorEncoding residual = node.inputs().size() > 1
                    ? quantized.encoding(node.inputs().get(1)).orElse(null)
                    : null;
            outputScale = output == null ? 0 : output.scale();
            residualScale = residual == null ? 0 : residual.scale();
            residualMultiplier = residual == null || output == null
                    ? 0
                    : FixedPointMultiplier.of(residualScale / outputScale).value();
            units = new double[channels];
            offsets = new double[channels];
            multipliers = output == null ? null : new double[channels];
            double[] bias = bias(node);
            for (int c = 0; c < channels; c++) {
                double step = layer.accumulatorScale(c);
                units[c] = exactSums ? step : 1;
                offsets[c] = exactSums ? bias[c] / step : 0;
                if (multipliers != null) {
                    multipliers[c] = exactSums
                            ? FixedPointMultiplier.of(step / outputScale).value()
                            : 1 / outputScale;
                }
            }
        }

        /**
         * Rounds sums to steps of the output, not clamped. A residual is added in 64ths of a step, to which it and the sum
         * are rounded first, see {@link dev.octavo.kernels.Convolution}; the result is less by it again, as the executor
         * will add it.
         */
        void round(FloatBatch sum, @Nullable FloatBatch residual) {
            float[] values = sum.values();
            float @Nullable [] added = residual == null ? null : residual.values();
            inChunks(sum.positions(), (first, last) -> {
                for (int from = first * units.length; from < last * units.length; from += units.length) {
                    for (int c = 0; c < units.length; c++) {
                        values[from + c] = (float) rounded(values[from + c], c, added == null ? 0 : added[from + c]);
                    }
                }
            });
        }

        private double rounded(float sum, int channel, float residual) {
            double exact = sum + offsets[channel];
            if (multipliers == null) {
                return exact * units[channel];
            }
            double steps = exact * multipliers[channel];
            if (residualScale == 0) {
                return Math.rint(steps) * outputScale;
            }
            double code = Math.rint(residual / residualScale);
            double total = Math.rint(steps * 64 + Math.rint(code * residualMultiplier * 64));
            return Math.floor((total + 32) / 64) * outputScale - residual;
        }
    }

    private static void round(float[] values, IntegerRange range, float scale) {
        inChunks(values.length, (from, to) -> round(values, from, to, range, scale));
    }

    /** A part of an array. */
    @FunctionalInterface
    private interface Chunk {
        void run(int from, int to);
    }

    private static void inChunks(int length, Chunk chunk) {
        int chunks = Runtime.getRuntime().availableProcessors();
        IntStream.range(0, chunks)
                .parallel()
                .forEach(i -> chunk.run((int) ((long) length * i / chunks), (int) ((long) length * (i + 1) / chunks)));
    }

    private static void round(float[] values, int from, int to, IntegerRange range, float scale) {
        float low = range.low();
        float high = range.high();
        float inverse = 1 / scale;
        for (int i = from; i < to; i++) {
            float code = Math.max(low, Math.min(values[i] * inverse, high));
            values[i] = ((code + ROUNDER) - ROUNDER) * scale;
        }
    }
}
