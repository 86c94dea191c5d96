package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphBuilder;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.Steps;
import java.util.Arrays;

/** Quant, as Brevitas exports quantization-aware training (QONNX): real numbers rounded to a grid of some bits. */
final class QonnxMappings {
    private static final int MOST_BITS = 16;

    private QonnxMappings() {}

    /** Inputs: value, scale, zero point, number of bits. */
    static void quant(OnnxNode node, GraphBuilder graph) {
        String mode = node.text("rounding_mode", "ROUND");
        if (!mode.equals("ROUND")) {
            throw new GraphException("its rounding_mode '" + mode + "' is not supported; only 'ROUND' is");
        }
        boolean signed = node.flag("signed", true);
        int bits = Math.round(node.number(3, 8));
        if (bits < 2 || bits > MOST_BITS) {
            node.define(node.input(0));
            return;
        }
        int least = signed ? -(1 << (bits - 1)) + (node.flag("narrow", false) ? 1 : 0) : 0;
        int greatest = signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1 - (node.flag("narrow", false) ? 1 : 0);
        FloatTensor scales = node.weights(1);
        Constant zero = node.constant(2);
        if (node.isConstant(0)) {
            node.define(rounded(graph, node.weights(0), scales, zero, least, greatest));
            return;
        }
        if (scales.elements() != 1 || zero.elements() != 1) {
            throw new GraphException("it has " + scales.elements() + " scales for a computed tensor; one is supported");
        }
        Grid grid = new Grid(scales.at(0), (int) Math.rint(zero.real(0)), least, greatest);
        node.define(graph.typed(graph.nearest(node.input(0), grid), NumberType.FLOAT));
    }

    private static String rounded(
            GraphBuilder graph, FloatTensor values, FloatTensor scales, Constant zero, int least, int greatest) {
        int[] shape = values.shape();
        int axis = 0;
        while (scales.elements() > 1 && axis < scales.rank() - 1 && scales.size(axis) == 1) {
            axis++;
        }
        boolean common = scales.elements() == 1;
        if (!common
                && (scales.rank() != shape.length
                        || scales.size(axis) != scales.elements()
                        || shape[axis] != scales.elements())) {
            throw new GraphException("its scale " + scales + " does not fit " + values);
        }
        int inner = 1;
        for (int d = axis + 1; d < shape.length; d++) {
            inner *= shape[d];
        }
        float[] results = values.values();
        for (int i = 0; i < results.length; i++) {
            int c = common ? 0 : i / inner % scales.elements();
            double offset = zero.real(zero.elements() == 1 ? 0 : c);
            double code = Math.clamp(Math.rint(results[i] / scales.at(c) + offset), least, greatest);
            results[i] = (float) ((code - offset) * scales.at(c));
        }
        boolean centred = Arrays.stream(new int[zero.elements()]).allMatch(i -> zero.real(i) == 0);
        String constant = graph.constant(Constant.of(shape, results));
        return centred ? graph.inSteps(constant, new Steps(scales.values(), axis)) : constant;
    }
}
