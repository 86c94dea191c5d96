package dev.octavo.benchmarks.tflite;

import dev.octavo.benchmarks.tflite.FlatGraph.Activation;
import dev.octavo.benchmarks.tflite.FlatGraph.ElementKind;
import dev.octavo.benchmarks.tflite.FlatGraph.Encoding;
import dev.octavo.benchmarks.tflite.FlatGraph.Operator;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Signed bytes: what Octavo stores as uint8 has the zero point −128, what it stores as int8 has 0. */
final class Int8Arithmetic implements TfliteArithmetic {
    private static final int CODES = 127;

    private final FlatGraph graph;
    private final ModelDefinition model;
    private final int batch;
    private final boolean perChannel;
    private final float logits;

    Int8Arithmetic(FlatGraph graph, ModelDefinition model, int batch, boolean perChannel, float logits) {
        this.graph = graph;
        this.model = model;
        this.batch = batch;
        this.perChannel = perChannel;
        this.logits = logits;
    }

    private TensorDefinition definition(int tensor) {
        return model.tensors().get(tensor);
    }

    /** A picture's codes are taken for its normalised values, of which one step is a mean standard deviation. */
    private float scale(int tensor) {
        List<Float> std = model.metadata().preprocessing().std();
        return definition(tensor).picture() && !std.isEmpty()
                ? (float) (1
                        / std.stream().mapToDouble(Float::doubleValue).average().orElseThrow())
                : definition(tensor).scale();
    }

    /** The code of Octavo that stands for 0: the mean over channels for a picture, else 0. */
    private int zeroCode(int tensor) {
        TensorDefinition definition = definition(tensor);
        double sum = 0;
        for (byte code : definition.zeroCodes()) {
            sum += definition.type() == ElementType.UINT8 ? Byte.toUnsignedInt(code) : code;
        }
        return (int) Math.rint(sum / Math.max(1, definition.zeroCodes().length));
    }

    private Encoding encoding(int tensor) {
        int shift = definition(tensor).type() == ElementType.UINT8 ? -128 : 0;
        return Encoding.of(scale(tensor), zeroCode(tensor) + shift);
    }

    private int declare(String name, int extents, Encoding encoding) {
        return graph.tensor(name, ElementKind.INT8, TfliteArithmetic.extents(definition(extents), batch), encoding);
    }

    @Override
    public int image(int image, int from) {
        return definition(image).type().quantized() ? quantize(image, from) : from;
    }

    @Override
    public int quantize(int tensor, int from) {
        int codes = tensor(tensor);
        graph.operator(Operator.QUANTIZE, new int[] {from}, codes);
        return codes;
    }

    @Override
    public int tensor(int tensor) {
        return definition(tensor).type().quantized()
                ? declare("t" + tensor, tensor, encoding(tensor))
                : graph.tensor(
                        "t" + tensor, ElementKind.FLOAT32, TfliteArithmetic.extents(definition(tensor), batch), null);
    }

    @Override
    public int result(OperationDefinition definition) {
        int output = definition.output();
        return definition(output).type().quantized()
                ? tensor(output)
                : declare("logits" + output, output, Encoding.of(logits / CODES, 0));
    }

    @Override
    public int leave(OperationDefinition definition, int result) {
        if (definition(definition.output()).type().quantized()) {
            return result;
        }
        int floats = tensor(definition.output());
        graph.operator(Operator.DEQUANTIZE, new int[] {result}, floats);
        return floats;
    }

    /** Codes reach as far as the result in both directions. */
    @Override
    public int branch(int tensor) {
        float reach = definition(tensor).type() == ElementType.UINT8 ? 2 : 1;
        return declare("branch" + tensor, tensor, Encoding.of(reach * scale(tensor), 0));
    }

    @Override
    public int sameScale(int output, int input) {
        return declare("pooled" + output, output, encoding(input));
    }

    @Override
    public int rescale(int output, int input, int pooled) {
        Encoding from = encoding(input);
        Encoding to = encoding(output);
        if (Arrays.equals(from.scales(), to.scales()) && from.zeroPoint() == to.zeroPoint()) {
            return pooled;
        }
        int rescaled = tensor(output);
        graph.operator(Operator.QUANTIZE, new int[] {pooled}, rescaled);
        return rescaled;
    }

    @Override
    public Activation activation(OperationDefinition definition) {
        return definition.operation() instanceof Operation.Convolution c
                        && c.epilogue() instanceof Requantization r
                        && r.low() >= 0
                ? Activation.RELU
                : Activation.NONE;
    }

    @Override
    public Constants constants(OperationDefinition definition, int @Nullable [] map) {
        if (!(definition.operation() instanceof Operation.Convolution c)) {
            throw new IllegalArgumentException(definition.name() + " is no integer convolution");
        }
        int input = definition.inputs().getFirst();
        int channels = c.bias().length;
        byte[] from = c.weights().toArray(ValueLayout.JAVA_BYTE);
        int each = from.length / channels;
        boolean linear = definition(input).shape().length == 2;
        boolean depthwise = c.shape().groups() > 1;
        float[] scales = scales(definition, c, channels);
        int zero = zeroCode(input);
        int[] bias = c.bias().clone();
        int[] columns = linear && map != null ? TfliteExport.columns(map) : null;
        byte[] to = new byte[from.length];
        for (int o = 0; o < channels; o++) {
            for (int i = 0; i < each; i++) {
                byte weight = from[o * each + (columns == null ? i : columns[i])];
                to[depthwise ? i * channels + o : o * each + i] = weight;
                bias[o] += zero * weight;
            }
        }
        float[] biasScales = new float[scales.length];
        for (int i = 0; i < scales.length; i++) {
            biasScales[i] = scales[i] * scale(input);
        }
        int weights = graph.constant(
                "w" + definition.output(),
                ElementKind.INT8,
                weightShape(c.shape(), channels, each, linear),
                new Encoding(scales, 0, depthwise ? 3 : 0),
                to.length,
                bytes -> bytes.put(to));
        int biases = graph.constant(
                "b" + definition.output(),
                ElementKind.INT32,
                new int[] {channels},
                new Encoding(biasScales, 0, 0),
                Integer.BYTES * channels,
                bytes -> bytes.asIntBuffer().put(bias));
        return new Constants(weights, biases);
    }

    /** Scales of weights, from what Octavo stores: Sx · Sw / Sy, or Sx · Sw. */
    private float[] scales(OperationDefinition definition, Operation.Convolution convolution, int channels) {
        double from = scale(definition.inputs().getFirst());
        double to = scale(definition.output());
        double[] stored = switch (convolution.epilogue()) {
            case Requantization r ->
                r.multipliers().stream().mapToDouble(m -> m.value() * to / from).toArray();
            // The function itself is left out, to the rival's advantage.
            case dev.octavo.kernels.Activation a ->
                IntStream.range(0, a.scaleCount())
                        .mapToDouble(c -> a.accumulatorScale(c) / from)
                        .toArray();
            case Rescaling r -> {
                double[] scales = new double[r.scales().length];
                Arrays.setAll(scales, i -> r.scales()[i] / from);
                yield scales;
            }
        };
        float[] scales = new float[perChannel ? channels : stored.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) stored[stored.length == 1 ? 0 : i];
        }
        return scales;
    }

    /** [O][kernelHeight][kernelWidth][I], [1][kernelHeight][kernelWidth][O] for a depthwise layer, [O][I] for a linear one. */
    static int[] weightShape(ConvolutionShape shape, int channels, int each, boolean linear) {
        if (linear) {
            return new int[] {channels, each};
        }
        return shape.groups() > 1
                ? new int[] {1, shape.kernelHeight(), shape.kernelWidth(), channels}
                : new int[] {channels, shape.kernelHeight(), shape.kernelWidth(), each / shape.taps()};
    }
}
