package dev.octavo.tools.export;

import static dev.octavo.tools.export.GraphWriter.attribute;
import static dev.octavo.tools.export.GraphWriter.attributes;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Operations on floats, and moves of elements, as ONNX nodes. */
final class FloatNodes {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final GraphWriter graph;
    private final Int8Tensors tensors;

    FloatNodes(GraphWriter graph, Int8Tensors tensors) {
        this.graph = graph;
        this.tensors = tensors;
    }

    /** Writes an operation that reads floats; returns the name of its result, {@link Int8Tensors#floats}. */
    String write(OperationDefinition definition, List<String> inputs) {
        String name = tensors.floats(definition.output());
        return switch (definition.operation()) {
            case Operation.FloatConvolution c -> convolution(definition, c, inputs);
            case Operation.Multiply _ -> graph.node("Mul", name, inputs);
            case Operation.Unary unary -> unary(definition, unary, name, inputs.getFirst());
            case Operation.Binary binary ->
                graph.node(
                        switch (binary.function()) {
                            case ADD -> "Add";
                            case SUBTRACT -> "Sub";
                            case MULTIPLY -> "Mul";
                            case DIVIDE -> "Div";
                            case MINIMUM -> "Min";
                            case MAXIMUM -> "Max";
                            case POWER -> "Pow";
                            case EQUAL, LESS, LESS_OR_EQUAL, REMAINDER, MODULO, PARAMETRIC_RELU ->
                                throw noForm(definition, binary.function());
                        },
                        name,
                        inputs);
            case Operation.MatMul _ -> graph.node("MatMul", name, inputs);
            case Operation.Softmax softmax -> graph.node("Softmax", name, inputs, attribute("axis", softmax.axis()));
            case Operation.Reduction reduction -> reduction(definition, reduction, inputs);
            case Operation.Transpose transpose ->
                graph.node(
                        "Transpose",
                        name,
                        inputs,
                        attributes(
                                "perm",
                                transpose.order().stream()
                                        .mapToLong(Integer::longValue)
                                        .toArray()));
            case Operation.Slice slice -> slice(definition, slice, inputs.getFirst());
            case Operation.Pad pad -> pad(definition, pad, inputs.getFirst());
            default ->
                throw new IllegalArgumentException("operation '" + definition.name() + "' ("
                        + definition.operation().getClass().getSimpleName() + ") has no ONNX form");
        };
    }

    private String convolution(
            OperationDefinition definition, Operation.FloatConvolution convolution, List<String> inputs) {
        String name = tensors.floats(definition.output());
        TensorDefinition input = tensors.input(definition);
        int outputs = convolution.bias().length;
        int taps = convolution.shape().taps();
        float[] ordered = convolution.weights().toArray(FLOAT);
        int in = ordered.length / outputs / taps;
        float[] weights = new float[ordered.length];
        for (int i = 0; i < weights.length; i++) {
            weights[(i / (taps * in) * in + i % in) * taps + i / in % taps] = ordered[i];
        }
        boolean linear = input.shape().length == 2;
        int[] kernel = input.shape().length == 3
                ? new int[] {outputs, in, taps}
                : new int[] {
                    outputs,
                    in,
                    convolution.shape().kernelHeight(),
                    convolution.shape().kernelWidth()
                };
        List<String> operands = List.of(
                inputs.getFirst(),
                graph.floats(name + ".weight", weights, linear ? new int[] {outputs, in} : kernel),
                graph.floats(name + ".bias", convolution.bias(), outputs));
        boolean added = inputs.size() > 1;
        boolean clipped = convolution.low() != Float.NEGATIVE_INFINITY || convolution.high() != Float.POSITIVE_INFINITY;
        String sum = added || clipped ? name + ".sum" : name;
        if (linear) {
            graph.node("Gemm", sum, operands, attribute("transB", 1));
        } else {
            graph.node(
                    "Conv",
                    sum,
                    operands,
                    Int8Tensors.window(convolution.shape(), convolution.padding(), input.shape().length, true));
        }
        if (added) {
            sum = graph.node("Add", clipped ? name + ".added" : name, List.of(sum, inputs.get(1)));
        }
        return clipped ? clip(name, sum, convolution.low(), convolution.high()) : sum;
    }

    private String reduction(OperationDefinition definition, Operation.Reduction reduction, List<String> inputs) {
        String name = tensors.floats(definition.output());
        int rank = tensors.input(definition).shape().length;
        long[] axes = reduction.axes().stream().mapToLong(Integer::longValue).toArray();
        var keep = attribute("keepdims", tensors.tensor(definition.output()).shape().length == rank ? 1 : 0);
        return switch (reduction.kind()) {
            case MEAN -> graph.node("ReduceMean", name, inputs, attributes("axes", axes), keep);
            case PRODUCT -> graph.node("ReduceProd", name, inputs, attributes("axes", axes), keep);
            case MAXIMUM -> graph.node("ReduceMax", name, inputs, attributes("axes", axes), keep);
            case MINIMUM -> graph.node("ReduceMin", name, inputs, attributes("axes", axes), keep);
            case SUM ->
                graph.node("ReduceSum", name, List.of(inputs.getFirst(), graph.longs(name + ".axes", axes)), keep);
        };
    }

    /** Writes a function of each element of {@code input}; returns the name of its result. */
    String unary(OperationDefinition definition, Operation.Unary unary, String name, String input) {
        List<String> inputs = List.of(input);
        return switch (unary.function()) {
            case CLIP -> clip(name, input, unary.alpha(), unary.beta());
            case LEAKY_RELU -> graph.node("LeakyRelu", name, inputs, attribute("alpha", unary.alpha()));
            case HARD_SIGMOID ->
                graph.node(
                        "HardSigmoid",
                        name,
                        inputs,
                        attribute("alpha", unary.alpha()),
                        attribute("beta", unary.beta()));
            case POWER ->
                graph.node("Pow", name, List.of(input, graph.floats(name + ".exponent", new float[] {unary.alpha()})));
            case SELU ->
                graph.node("Selu", name, inputs, attribute("alpha", unary.alpha()), attribute("gamma", unary.beta()));
            case CELU -> graph.node("Celu", name, inputs, attribute("alpha", unary.alpha()));
            case THRESHOLDED_RELU -> graph.node("ThresholdedRelu", name, inputs, attribute("alpha", unary.alpha()));
            case SHRINK ->
                graph.node("Shrink", name, inputs, attribute("lambd", unary.alpha()), attribute("bias", unary.beta()));
            case SWISH -> {
                String scaled = unary.alpha() == 1
                        ? input
                        : graph.node(
                                "Mul",
                                name + ".scaled",
                                List.of(input, graph.floats(name + ".factor", new float[] {unary.alpha()})));
                yield graph.node("Mul", name, List.of(input, graph.node("Sigmoid", name + ".gate", List.of(scaled))));
            }
            case MISH -> {
                String gate =
                        graph.node("Tanh", name + ".gate", List.of(graph.node("Softplus", name + ".plus", inputs)));
                yield graph.node("Mul", name, List.of(input, gate));
            }
            case SIGMOID -> graph.node("Sigmoid", name, inputs);
            case HARD_SWISH -> graph.node("HardSwish", name, inputs);
            case ABS -> graph.node("Abs", name, inputs);
            case NEGATE -> graph.node("Neg", name, inputs);
            case RECIPROCAL -> graph.node("Reciprocal", name, inputs);
            case SQRT -> graph.node("Sqrt", name, inputs);
            case EXP -> graph.node("Exp", name, inputs);
            case LOG -> graph.node("Log", name, inputs);
            case FLOOR -> graph.node("Floor", name, inputs);
            case CEIL -> graph.node("Ceil", name, inputs);
            case ROUND -> graph.node("Round", name, inputs);
            case SIGN -> graph.node("Sign", name, inputs);
            case SIN -> graph.node("Sin", name, inputs);
            case COS -> graph.node("Cos", name, inputs);
            case TAN -> graph.node("Tan", name, inputs);
            case ASIN -> graph.node("Asin", name, inputs);
            case ACOS -> graph.node("Acos", name, inputs);
            case ATAN -> graph.node("Atan", name, inputs);
            case SINH -> graph.node("Sinh", name, inputs);
            case COSH -> graph.node("Cosh", name, inputs);
            case TANH -> graph.node("Tanh", name, inputs);
            case ASINH -> graph.node("Asinh", name, inputs);
            case ACOSH -> graph.node("Acosh", name, inputs);
            case ATANH -> graph.node("Atanh", name, inputs);
            case ERF -> graph.node("Erf", name, inputs);
            case SOFTPLUS -> graph.node("Softplus", name, inputs);
            case SOFTSIGN -> graph.node("Softsign", name, inputs);
            case GELU -> gelu(name, input, "Erf", scale(name, input, (float) Math.sqrt(0.5)));
            case GELU_TANH -> {
                String cube = graph.node(
                        "Mul",
                        name + ".cube",
                        List.of(input, graph.node("Mul", name + ".square", List.of(input, input))));
                String sum = graph.node(
                        "Add",
                        name + ".sum",
                        List.of(
                                input,
                                graph.node(
                                        "Mul",
                                        name + ".small",
                                        List.of(cube, graph.floats(name + ".cubic", new float[] {0.044715f})))));
                yield gelu(name, input, "Tanh", scale(name, sum, (float) Math.sqrt(2 / Math.PI)));
            }
            case NOT, IS_NAN, IS_INFINITE, TRUNCATE -> throw noForm(definition, unary.function());
        };
    }

    private String scale(String name, String value, float factor) {
        return graph.node(
                "Mul", name + ".scaled", List.of(value, graph.floats(name + ".factor", new float[] {factor})));
    }

    /** {@code x / 2 · (1 + gate(argument))}. */
    private String gelu(String name, String input, String gate, String argument) {
        String one = graph.floats(name + ".one", new float[] {1});
        String half = graph.floats(name + ".half", new float[] {0.5f});
        String open =
                graph.node("Add", name + ".open", List.of(graph.node(gate, name + ".gate", List.of(argument)), one));
        return graph.node("Mul", name, List.of(graph.node("Mul", name + ".halved", List.of(input, half)), open));
    }

    private static IllegalArgumentException noForm(OperationDefinition definition, Enum<?> function) {
        return new IllegalArgumentException(
                "operation '" + definition.name() + "' (" + function + ") has no ONNX form; keep it out of the export");
    }

    private String clip(String name, String input, float low, float high) {
        if (low == 0 && high == Float.POSITIVE_INFINITY) {
            return graph.node("Relu", name, List.of(input));
        }
        return graph.node(
                "Clip",
                name,
                List.of(
                        input,
                        graph.floats(name + ".low", new float[] {low}),
                        graph.floats(name + ".high", new float[] {high})));
    }

    private String slice(OperationDefinition definition, Operation.Slice slice, String input) {
        String name = tensors.floats(definition.output());
        int[] output = tensors.tensor(definition.output()).shape();
        int[] from = tensors.input(definition).shape();
        List<Long> starts = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        List<Long> axes = new ArrayList<>();
        List<Long> steps = new ArrayList<>();
        for (int d = 0; d < output.length; d++) {
            long start = slice.starts().get(d);
            long step = slice.steps().get(d);
            if (start == 0 && step == 1 && output[d] == from[d]) {
                continue;
            }
            long end = start + step * output[d];
            starts.add(start);
            ends.add(end < 0 ? Long.MIN_VALUE : end);
            axes.add((long) d);
            steps.add(step);
        }
        return graph.node(
                "Slice",
                name,
                List.of(
                        input,
                        graph.longs(name + ".starts", array(starts)),
                        graph.longs(name + ".ends", array(ends)),
                        graph.longs(name + ".axes", array(axes)),
                        graph.longs(name + ".steps", array(steps))));
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private String pad(OperationDefinition definition, Operation.Pad pad, String input) {
        String name = tensors.floats(definition.output());
        TensorDefinition to = tensors.tensor(definition.output());
        int[] output = to.shape();
        int[] from = tensors.input(definition).shape();
        long[] pads = new long[2 * output.length];
        for (int d = 0; d < output.length; d++) {
            pads[d] = pad.before().get(d);
            pads[output.length + d] = output[d] - from[d] - pads[d];
        }
        byte[] element = pad.element();
        float value = switch (to.type()) {
            case FLOAT32 -> MemorySegment.ofArray(element).get(FLOAT, 0);
            case UINT8 -> (Byte.toUnsignedInt(element[0]) - to.zeroCode()) * to.scale();
            case INT8 -> element[0] * to.scale();
        };
        return graph.node(
                "Pad",
                name,
                List.of(input, graph.longs(name + ".pads", pads), graph.floats(name + ".value", new float[] {value})));
    }

    /** Floats of a constant tensor. */
    static float[] floats(TensorDefinition tensor, MemorySegment constant) {
        return switch (tensor.type()) {
            case FLOAT32 -> constant.toArray(FLOAT);
            case UINT8, INT8 -> {
                byte[] codes = constant.toArray(ValueLayout.JAVA_BYTE);
                float[] values = new float[codes.length];
                for (int i = 0; i < codes.length; i++) {
                    values[i] = tensor.scale()
                            * (tensor.type() == ElementType.INT8
                                    ? codes[i]
                                    : Byte.toUnsignedInt(codes[i]) - tensor.zeroCode());
                }
                yield values;
            }
        };
    }
}
