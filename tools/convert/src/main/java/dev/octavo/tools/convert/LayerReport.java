package dev.octavo.tools.convert;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.QuantizedLayer;
import dev.octavo.tools.quantizer.TensorEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One layer of a converted network.
 *
 * @param name of the node
 * @param kind of operator
 * @param outputShape for batch 1
 * @param macs multiplications for batch 1
 * @param weights number of weights
 * @param weightBits of the integers that a weight may become; 0 in float
 * @param weightScale real value of one step of the weights; of the widest channel where each has its own; 0 in float
 * @param weightSqnr of the weights as they were rounded, in dB: 10·log10(Σ w² / Σ (w − s·q)²); infinite in float
 * @param input how its input is stored, empty for float
 * @param output how its output is stored, empty for float
 * @param outputSqnr expected of storing its output, in dB; empty for float, and where nothing is known of the output
 */
public record LayerReport(
        String name,
        String kind,
        int[] outputShape,
        long macs,
        int weights,
        int weightBits,
        double weightScale,
        double weightSqnr,
        Optional<TensorEncoding> input,
        Optional<TensorEncoding> output,
        OptionalDouble outputSqnr) {
    /** Copies the array. */
    public LayerReport {
        outputShape = outputShape.clone();
    }

    @Override
    public int[] outputShape() {
        return outputShape.clone();
    }

    /** The layers of a graph. */
    static List<LayerReport> of(QuantizedGraph quantized) {
        Graph graph = quantized.graph();
        Map<String, Double> storage = quantized.storageSqnr();
        List<LayerReport> reports = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Layer layer) {
                Double sqnr = storage.get(node.output());
                reports.add(of(
                        quantized,
                        node,
                        layer,
                        graph.shape(node.output()),
                        sqnr == null || sqnr.isInfinite() ? OptionalDouble.empty() : OptionalDouble.of(sqnr)));
            }
        }
        return reports;
    }

    private static LayerReport of(
            QuantizedGraph quantized, Node node, Op.Layer layer, int[] shape, OptionalDouble outputSqnr) {
        long positions = 1;
        for (int d = 2; d < shape.length; d++) {
            positions *= shape[d];
        }
        int bits = 0;
        double scale = 0;
        double signal = 0;
        double noise = 0;
        Optional<QuantizedLayer> integers = quantized.layer(node.name());
        if (integers.isPresent()) {
            var weights = integers.get().weights();
            bits = weights.range().bits();
            int perOutput = layer.weights().elements() / layer.outputs();
            for (int i = 0; i < layer.weights().elements(); i++) {
                double step = weights.scale(i / perOutput);
                double real = layer.weights().at(i);
                double error = real - step * weights.values()[i];
                signal += real * real;
                noise += error * error;
                scale = Math.max(scale, step);
            }
        }
        return new LayerReport(
                node.name(),
                layer.depthwise() ? "Depthwise" : layer.kind(),
                shape,
                positions * layer.weights().elements(),
                layer.weights().elements(),
                bits,
                scale,
                noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise),
                quantized.encoding(node.input()),
                quantized.encoding(node.output()),
                outputSqnr);
    }
}
