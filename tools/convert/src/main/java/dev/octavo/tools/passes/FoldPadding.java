package dev.octavo.tools.passes;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.List;

/** Folds frames of zeros around a feature map into the padding of the convolutions that read it. */
public final class FoldPadding implements Pass {
    @Override
    public String name() {
        return "fold-padding";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph current = graph;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Pad pad && spatialZeros(pad) && onlyConvolutionsRead(current, node)) {
                current = fold(current, node, pad);
            }
        }
        return current;
    }

    private static boolean spatialZeros(Op.Pad pad) {
        List<Integer> before = pad.before();
        List<Integer> after = pad.after();
        return pad.value() == 0
                && (before.size() == 3 || before.size() == 4)
                && before.get(0) + before.get(1) + after.get(0) + after.get(1) == 0;
    }

    private static boolean onlyConvolutionsRead(Graph graph, Node pad) {
        return !graph.outputs().contains(pad.output())
                && graph.consumers(pad.output()).stream()
                        .allMatch(reader -> reader.op() instanceof Op.Convolution
                                && reader.inputs().indexOf(pad.output()) == 0
                                && reader.inputs().lastIndexOf(pad.output()) == 0);
    }

    private static Graph fold(Graph graph, Node node, Op.Pad pad) {
        Graph.Editor editor = graph.edit();
        int last = pad.before().size() - 1;
        boolean flat = last == 2;
        int top = flat ? 0 : pad.before().get(2);
        int bottom = flat ? 0 : pad.after().get(2);
        for (Node reader : graph.consumers(node.output())) {
            Op.Convolution convolution = (Op.Convolution) reader.op();
            editor.replace(reader.with(new Op.Convolution(
                    convolution
                            .window()
                            .padded(
                                    top,
                                    pad.before().get(last),
                                    bottom,
                                    pad.after().get(last)),
                    convolution.weights(),
                    convolution.bias(),
                    convolution.clamp())));
        }
        return editor.bypass(node).build();
    }
}
