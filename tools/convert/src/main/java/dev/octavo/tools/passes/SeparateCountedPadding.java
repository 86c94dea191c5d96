package dev.octavo.tools.passes;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import java.util.List;

/**
 * Gives averages that count their padding, and whose last windows reach past it because the output size was rounded up,
 * padding as a node of its own: what lies beyond it is not counted.
 */
public final class SeparateCountedPadding implements Pass {
    @Override
    public String name() {
        return "separate-counted-padding";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph.Editor editor = graph.edit();
        for (Node node : graph.nodes()) {
            int[] shape = graph.shape(node.input());
            if (!(node.op() instanceof Op.Pool pool)
                    || pool.kindOfPool() != Pooling.Kind.AVERAGE
                    || !pool.countPadding()
                    || !overhangs(pool.window(), shape, graph.shape(node.output()))) {
                continue;
            }
            Window window = pool.window();
            boolean flat = shape.length == 3;
            int[] padded = shape.clone();
            padded[shape.length - 1] += window.padLeft() + window.padRight();
            if (!flat) {
                padded[2] += window.padTop() + window.padBottom();
            }
            String value = node.name() + "/padded";
            editor.node(
                            new Node(
                                    value,
                                    new Op.Pad(
                                            flat
                                                    ? List.of(0, 0, window.padLeft())
                                                    : List.of(0, 0, window.padTop(), window.padLeft()),
                                            flat
                                                    ? List.of(0, 0, window.padRight())
                                                    : List.of(0, 0, window.padBottom(), window.padRight()),
                                            0),
                                    node.inputs(),
                                    value),
                            padded)
                    .replace(node.with(new Op.Pool(pool.kindOfPool(), Window.of(window.shape()), false))
                            .reading(List.of(value)));
        }
        return editor.build();
    }

    private static boolean overhangs(Window window, int[] input, int[] output) {
        ConvolutionShape shape = window.shape();
        int last = input.length - 1;
        boolean wide = (output[last] - 1) * shape.strideWidth() + shape.extentWidth()
                > input[last] + window.padLeft() + window.padRight();
        boolean tall = input.length == 4
                && (output[2] - 1) * shape.strideHeight() + shape.extentHeight()
                        > input[2] + window.padTop() + window.padBottom();
        return wide || tall;
    }
}
