package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.List;

/** Conv, Gemm, MatMul: operators with weights. */
final class LayerMappings {
    private LayerMappings() {}

    static void convolution(OnnxNode node, GraphBuilder graph) {
        FloatTensor weights = node.weights(1);
        FloatTensor bias = node.hasInput(2)
                ? WindowAttributes.vector(node.weights(2), weights.size(0), "bias")
                : FloatTensor.zeros(weights.size(0));
        node.define(WindowAttributes.convolution(node, graph, node.input(0), weights, bias));
    }

    /** {@code alpha · A · B + beta · C}: a layer if B is constant, as it is in networks. */
    static void gemm(OnnxNode node, GraphBuilder graph) {
        int[] left = node.shape(0);
        int[] right = node.shape(1);
        if (left.length != 2 || right.length != 2) {
            throw new GraphException(
                    "its inputs " + Arrays.toString(left) + " and " + Arrays.toString(right) + " are no matrices");
        }
        float alpha = node.real("alpha", 1);
        float beta = node.real("beta", 1);
        List<Integer> exchanged = List.of(1, 0);
        String a = node.flag("transA", false) ? graph.transpose(node.input(0), exchanged) : node.input(0);
        boolean finished = !node.hasInput(2);
        String sum;
        if (node.isConstant(1)) {
            String byOutput = node.flag("transB", false) ? node.input(1) : graph.transpose(node.input(1), exchanged);
            FloatTensor weights = graph.weights(byOutput);
            int outputs = weights.size(0);
            FloatTensor bias = FloatTensor.zeros(outputs);
            if (!finished && node.isConstant(2) && sameForAllRows(node.shape(2), outputs)) {
                FloatTensor addend = node.weights(2);
                float[] values = new float[outputs];
                for (int o = 0; o < outputs; o++) {
                    values[o] = beta * addend.at(addend.elements() == 1 ? 0 : o);
                }
                bias = FloatTensor.vector(values);
                finished = true;
            }
            sum = graph.linear(a, alpha == 1 ? weights : weights.map(w -> alpha * w), bias);
        } else {
            String b = node.flag("transB", false) ? graph.transpose(node.input(1), exchanged) : node.input(1);
            sum = graph.scaled(graph.matMul(a, b), alpha);
        }
        if (!finished) {
            String addend = graph.scaled(node.input(2), beta);
            int[] shape = graph.shape(sum);
            if (!Arrays.equals(ShapeInference.broadcast(shape, graph.shape(addend)), shape)) {
                throw new GraphException("its addend " + Arrays.toString(graph.shape(addend))
                        + " does not fit a result " + Arrays.toString(shape));
            }
            sum = graph.add(sum, addend);
        }
        node.define(sum);
    }

    private static boolean sameForAllRows(int[] addend, int outputs) {
        int rows = addend.length == 2 ? addend[0] : 1;
        int columns = addend.length == 0 ? 1 : addend[addend.length - 1];
        return addend.length <= 2 && rows == 1 && (columns == 1 || columns == outputs);
    }

    static void matMul(OnnxNode node, GraphBuilder graph) {
        node.define(graph.matMul(node.input(0), node.input(1)));
    }
}
