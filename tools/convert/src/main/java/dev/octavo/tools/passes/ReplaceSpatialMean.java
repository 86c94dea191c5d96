package dev.octavo.tools.passes;

import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.Arrays;
import java.util.List;

/** A mean over all positions of a feature map is a global pooling, followed by a reshape where the axes are dropped. */
public final class ReplaceSpatialMean implements Pass {
    /** What a pooling of the runtime can look at along one dimension. */
    private static final int LARGEST_WINDOW = (1 << 15) - 1;

    @Override
    public String name() {
        return "replace-spatial-mean";
    }

    @Override
    public Graph apply(Graph graph) {
        Graph.Editor editor = graph.edit();
        for (Node node : graph.nodes()) {
            int[] shape = graph.shape(node.input());
            if (!(node.op() instanceof Op.Reduction mean)
                    || mean.kindOfReduction() != FloatReduction.Kind.MEAN
                    || !isSpatial(mean.axes(), shape.length)
                    || Arrays.stream(shape).skip(2).anyMatch(size -> size > LARGEST_WINDOW)) {
                continue;
            }
            int[] pooled = shape.clone();
            Arrays.fill(pooled, 2, pooled.length, 1);
            var pool = new Op.GlobalPool(Pooling.Kind.AVERAGE);
            if (graph.shape(node.output()).length == shape.length) {
                editor.replace(node.with(pool));
            } else {
                String value = node.name() + "/pooled";
                editor.node(new Node(value, pool, node.inputs(), value), pooled)
                        .replace(node.with(new Op.Reshape()).reading(List.of(value)));
            }
        }
        return editor.build();
    }

    private static boolean isSpatial(List<Integer> axes, int rank) {
        List<Integer> sorted = axes.stream().sorted().toList();
        return (rank == 4 && sorted.equals(List.of(2, 3))) || (rank == 3 && sorted.equals(List.of(2)));
    }
}
