package dev.octavo.tools.distill;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.ArrayList;
import java.util.List;

/** Elements of one or several inputs in new places. */
final class MoveStep implements Step {
    private final List<ElementMap> maps;
    private final float fill;

    private MoveStep(List<ElementMap> maps, float fill) {
        this.maps = maps;
        this.fill = fill;
    }

    static MoveStep of(Graph graph, Node node) {
        int[] output = graph.shape(node.output());
        int[] input = graph.shape(node.input());
        return switch (node.op()) {
            case Op.Reshape reshape ->
                new MoveStep(
                        List.of(ElementMap.of(
                                output, input, false, at -> ElementMap.position(index(at, output), input))),
                        0);
            case Op.Transpose transpose ->
                new MoveStep(
                        List.of(ElementMap.of(output, input, false, at -> {
                            int[] read = new int[at.length];
                            for (int d = 0; d < at.length; d++) {
                                read[transpose.order().get(d)] = at[d];
                            }
                            return read;
                        })),
                        0);
            case Op.Slice slice ->
                new MoveStep(
                        List.of(ElementMap.of(output, input, false, at -> {
                            int[] read = at.clone();
                            for (int d = 0; d < at.length; d++) {
                                read[d] = slice.starts().get(d)
                                        + at[d] * slice.steps().get(d);
                            }
                            return read;
                        })),
                        0);
            case Op.Pad pad ->
                new MoveStep(
                        List.of(ElementMap.of(output, input, false, at -> {
                            int[] read = at.clone();
                            for (int d = 0; d < at.length; d++) {
                                read[d] -= pad.before().get(d);
                                if (read[d] < 0 || read[d] >= input[d]) {
                                    return new int[0];
                                }
                            }
                            return read;
                        })),
                        pad.value());
            case Op.Concat concat -> new MoveStep(parts(graph, node, concat.axis()), 0);
            default -> throw new GraphException("node '" + node.name() + "' moves nothing");
        };
    }

    private static List<ElementMap> parts(Graph graph, Node node, int axis) {
        List<ElementMap> parts = new ArrayList<>();
        int begin = 0;
        for (String value : node.inputs()) {
            int[] shape = graph.shape(value);
            int from = begin;
            int to = begin + shape[axis];
            parts.add(ElementMap.of(
                    graph.shape(node.output()), shape, graph.constant(value).isPresent(), at -> {
                        if (at[axis] < from || at[axis] >= to) {
                            return new int[0];
                        }
                        int[] read = at.clone();
                        read[axis] -= from;
                        return read;
                    }));
            begin = to;
        }
        return parts;
    }

    private static int index(int[] position, int[] shape) {
        int index = 0;
        for (int d = 0; d < shape.length; d++) {
            index = index * shape[d] + position[d];
        }
        return index;
    }

    @Override
    public void forward(float[][] inputs, float[] output) {
        for (int i = 0; i < output.length; i++) {
            output[i] = fill;
            for (int k = 0; k < inputs.length; k++) {
                int source = maps.get(k).source(i);
                if (source != ElementMap.NONE) {
                    output[i] = inputs[k][source];
                }
            }
        }
    }

    @Override
    public void backward(float[][] inputs, float[] gradient, float[][] inputGradients) {
        for (int k = 0; k < inputs.length; k++) {
            float[] wanted = inputGradients[k];
            for (int i = 0; i < gradient.length; i++) {
                int source = maps.get(k).source(i);
                if (source != ElementMap.NONE) {
                    wanted[source] += gradient[i];
                }
            }
        }
    }
}
