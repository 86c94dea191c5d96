package dev.octavo.tools.passes;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.statistics.InputEncoding;
import dev.octavo.tools.statistics.ValueModels;

/** Gives layers without a batch normalization the statistics that follow from those of their inputs. */
public final class PropagateStatistics implements Pass {
    private final InputEncoding input;

    /** With what is assumed of the graph's inputs. */
    public PropagateStatistics(InputEncoding input) {
        this.input = input;
    }

    @Override
    public String name() {
        return "propagate-statistics";
    }

    @Override
    public Graph apply(Graph graph) {
        ValueModels models = ValueModels.of(graph, input);
        Graph.Editor editor = graph.edit();
        for (Node node : graph.nodes()) {
            if (graph.statistics(node.output()).isEmpty()) {
                models.ownSum(node).ifPresent(sum -> editor.statistics(node.output(), statistics(sum)));
            }
        }
        return editor.build();
    }

    private static ChannelStatistics statistics(ClippedNormals normals) {
        double[] mean = new double[normals.channels()];
        double[] deviation = new double[mean.length];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = normals.beta(c);
            deviation[c] = normals.gamma(c);
        }
        return new ChannelStatistics(mean, deviation);
    }
}
