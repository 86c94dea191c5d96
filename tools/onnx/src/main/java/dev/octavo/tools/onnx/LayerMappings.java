package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import dev.octavo.tools.graph.Steps;
import dev.octavo.tools.graph.Window;
import java.util.Arrays;
import java.util.List;

/** Conv, Gemm, MatMul: operators with weights. */
final class LayerMappings {
    private LayerMappings() {}

    static void convolution(OnnxNode node, Importer graph) {
        FloatTensor weights = graph.weights(node, 1);
        FloatTensor bias = node.hasInput(2)
                ? vector(graph.weights(node, 2), weights.size(0), "bias")
                : FloatTensor.zeros(weights.size(0));
        convolution(node, graph, graph.value(node, 0), weights, bias, node.output());
    }

    /** A convolution with the attributes of a node; returns its output. */
    static String convolution(
            OnnxNode node, Importer graph, String value, FloatTensor filters, FloatTensor bias, String output) {
        FloatTensor weights = filters;
        int[] input = graph.shape(value);
        int groups = Math.toIntExact(node.integer("group", 1));
        if (weights.rank() != input.length) {
            throw new GraphException("its weights " + weights + " do not fit an input " + Arrays.toString(input));
        }
        int[] shape = weights.shape();
        long[] kernel = Arrays.stream(shape, 2, shape.length).asLongStream().toArray();
        long[] stated = node.integers("kernel_shape").orElse(kernel);
        if (!Arrays.equals(stated, kernel)) {
            throw new GraphException("its kernel_shape " + Arrays.toString(stated) + " is not that of " + weights);
        }
        Window window = WindowAttributes.window(node, input, kernel, groups);
        if (weights.rank() == 3) {
            weights = weights.reshaped(shape[0], shape[1], 1, shape[2]);
        }
        return graph.emit(
                node,
                new Op.Convolution(window, weights, bias, Clamp.NONE),
                List.of(value),
                output,
                ShapeInference.convolution(input, window, weights));
    }

    static FloatTensor vector(FloatTensor tensor, int size, String what) {
        if (tensor.rank() != 1 || tensor.size(0) != size) {
            throw new GraphException("its " + what + " " + tensor + " should be a vector of " + size);
        }
        return tensor;
    }

    /** {@code alpha · A · B + beta · C}: a layer if B is constant, as it is in networks. */
    static void gemm(OnnxNode node, Importer graph) {
        int[] left = graph.shape(node, 0);
        int[] right = graph.shape(node, 1);
        if (left.length != 2 || right.length != 2) {
            throw new GraphException(
                    "its inputs " + Arrays.toString(left) + " and " + Arrays.toString(right) + " are no matrices");
        }
        float alpha = node.real("alpha", 1);
        float beta = node.real("beta", 1);
        String a = graph.value(node, 0);
        if (node.flag("transA", false)) {
            a = transposed(node, graph, a);
        }
        int[] rows = graph.shape(a);
        String sum;
        int[] shape;
        boolean finished = !node.hasInput(2);
        if (graph.isConstant(node, 1)) {
            FloatTensor weights = graph.weights(node, 1);
            FloatTensor byOutput = node.flag("transB", false) ? weights : transposed(weights);
            int outputs = byOutput.size(0);
            if (byOutput.size(1) != rows[1]) {
                throw new GraphException("its weights " + weights + " do not fit an input " + Arrays.toString(rows));
            }
            FloatTensor bias = FloatTensor.zeros(outputs);
            if (!finished && graph.isConstant(node, 2) && sameForAllRows(graph.shape(node, 2), outputs)) {
                FloatTensor addend = graph.weights(node, 2);
                float[] values = new float[outputs];
                for (int o = 0; o < outputs; o++) {
                    values[o] = beta * addend.at(addend.elements() == 1 ? 0 : o);
                }
                bias = FloatTensor.vector(values);
                finished = true;
            }
            shape = new int[] {rows[0], outputs};
            sum = finished ? node.output() : graph.intermediate(node, "product");
            FloatTensor scaled = alpha == 1 ? byOutput : byOutput.map(w -> alpha * w);
            graph.emit(node, new Op.Linear(scaled, bias, Clamp.NONE), List.of(a), sum, shape);
        } else {
            String b = graph.value(node, 1);
            if (node.flag("transB", false)) {
                b = transposed(node, graph, b);
            }
            shape = ShapeInference.matMul(rows, graph.shape(b));
            sum = finished && alpha == 1 ? node.output() : graph.intermediate(node, "product");
            graph.emit(node, new Op.MatMul(), List.of(a, b), sum, shape);
            if (alpha != 1) {
                sum = scaled(node, graph, sum, alpha, finished ? node.output() : graph.intermediate(node, "scaled"));
            }
        }
        if (!finished) {
            String addend = graph.value(node, 2);
            if (beta != 1) {
                addend = scaled(node, graph, addend, beta, graph.intermediate(node, "addend"));
            }
            int[] result = ShapeInference.broadcast(shape, graph.shape(addend));
            if (!Arrays.equals(result, shape)) {
                throw new GraphException("its addend " + Arrays.toString(graph.shape(addend))
                        + " does not fit a result " + Arrays.toString(shape));
            }
            graph.emit(node, new Op.Binary(FloatBinary.Function.ADD), List.of(sum, addend), node.output(), shape);
        }
    }

    private static boolean sameForAllRows(int[] addend, int outputs) {
        int rows = addend.length == 2 ? addend[0] : 1;
        int columns = addend.length == 0 ? 1 : addend[addend.length - 1];
        return addend.length <= 2 && rows == 1 && (columns == 1 || columns == outputs);
    }

    static FloatTensor transposed(FloatTensor matrix) {
        OnnxTensor tensor = new OnnxTensor.Floats("FLOAT", matrix.shape(), matrix.values());
        FloatTensor transposed = switch (Constants.transpose(tensor, List.of(1, 0))) {
            case OnnxTensor.Floats floats -> FloatTensor.of(floats.shape(), floats.values());
            case OnnxTensor.Integers integers -> throw new IllegalStateException("floats became " + integers);
        };
        return matrix.steps()
                .map(steps -> transposed.inSteps(new Steps(steps.scales(), 1 - steps.axis())))
                .orElse(transposed);
    }

    private static String transposed(OnnxNode node, Importer graph, String value) {
        List<Integer> order = List.of(1, 0);
        return graph.emit(
                node,
                new Op.Transpose(order),
                List.of(value),
                graph.intermediate(node, "transposed"),
                ShapeInference.transposed(graph.shape(value), order));
    }

    private static String scaled(OnnxNode node, Importer graph, String value, float factor, String output) {
        String constant = graph.intermediate(node, "factor");
        graph.define(constant, new OnnxTensor.Floats("FLOAT", new int[] {1}, new float[] {factor}));
        return graph.emit(
                node,
                new Op.Binary(FloatBinary.Function.MULTIPLY),
                List.of(value, graph.value(constant)),
                output,
                ShapeInference.broadcast(graph.shape(value), new int[] {1}));
    }

    /** A fully connected layer of weights [O, C]. */
    static void linear(
            OnnxNode node, Importer graph, String input, FloatTensor weights, FloatTensor bias, String output) {
        int[] rows = graph.shape(input);
        if (rows.length != 2 || rows[1] != weights.size(1)) {
            throw new GraphException("its weights " + weights + " do not fit an input " + Arrays.toString(rows));
        }
        graph.emit(node, new Op.Linear(weights, bias, Clamp.NONE), List.of(input), output, new int[] {
            rows[0], weights.size(0)
        });
    }

    static void matMul(OnnxNode node, Importer graph) {
        product(node, graph, node.input(0), node.input(1), node.output());
    }

    /** The product of two values, which may be constant; returns its output. */
    static String product(OnnxNode node, Importer graph, String one, String other, String output) {
        int[] left = graph.shape(one);
        int[] right = graph.shape(other);
        if (left.length == 2 && right.length == 2 && !graph.isConstant(one) && graph.isConstant(other)) {
            FloatTensor weights = transposed(graph.weights(other));
            linear(node, graph, graph.value(one), weights, FloatTensor.zeros(weights.size(0)), output);
            return output;
        }
        if (left.length == 0 || right.length == 0) {
            throw new GraphException("its inputs include a scalar");
        }
        String a = left.length == 1 ? matrix(node, graph, one, 1, left[0]) : graph.value(one);
        String b = right.length == 1 ? matrix(node, graph, other, right[0], 1) : graph.value(other);
        int[] product = ShapeInference.matMul(graph.shape(a), graph.shape(b));
        if (left.length > 1 && right.length > 1) {
            return graph.emit(node, new Op.MatMul(), List.of(a, b), output, product);
        }
        String full = graph.emit(node, new Op.MatMul(), List.of(a, b), graph.intermediate(node, "product"), product);
        int rank = product.length;
        int[] shape = Arrays.copyOf(product, rank - 1);
        if (left.length == 1 && right.length == 1) {
            shape = Arrays.copyOf(product, rank - 2);
        } else if (left.length == 1) {
            shape[rank - 2] = product[rank - 1];
        }
        return graph.emit(node, new Op.Reshape(), List.of(full), output, shape);
    }

    private static String matrix(OnnxNode node, Importer graph, String value, int... shape) {
        return graph.emit(
                node, new Op.Reshape(), List.of(graph.value(value)), graph.intermediate(node, "matrix"), shape);
    }
}
