package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs a graph in float, one node after the other, on the kernels of the runtime: results are those of the graph's float
 * model to the last bit. A value lives until its last reader has run.
 */
public final class FloatExecutor {
    private final Graph graph;
    private final int threads;
    private final Map<String, String> lastReaders = new HashMap<>();

    private FloatExecutor(Graph graph, int threads) {
        this.graph = graph;
        this.threads = threads;
        for (Node node : graph.nodes()) {
            node.inputs().forEach(value -> lastReaders.put(value, node.name()));
        }
    }

    /** For a graph whose layers have folded their normalizations, or not; on all processors. */
    public static FloatExecutor of(Graph graph) {
        return new FloatExecutor(graph, Runtime.getRuntime().availableProcessors());
    }

    /** Returns an executor with another number of threads, on which results do not depend. */
    public FloatExecutor withThreads(int newThreads) {
        return new FloatExecutor(graph, newThreads);
    }

    /**
     * Runs all nodes.
     *
     * @param inputs the graph's inputs by name, all of as many images; their values may be changed
     * @return the graph's outputs by name
     * @throws GraphException if an input is missing or has another shape
     */
    public SequencedMap<String, FloatBatch> run(Map<String, FloatBatch> inputs, Interposer interposer) {
        Map<String, FloatBatch> live = new HashMap<>();
        int images = 1;
        for (String name : graph.inputs()) {
            FloatBatch input = inputs.get(name);
            if (input == null || !Arrays.equals(input.shape(), graph.shape(name))) {
                throw new GraphException("input '" + name + "' must be float" + Arrays.toString(graph.shape(name))
                        + " and not " + input);
            }
            images = input.images();
            live.put(name, input);
            interposer.value(name, input);
        }
        Set<String> outputs = new TreeSet<>(graph.outputs());
        for (Node node : graph.nodes()) {
            FloatBatch result = compute(node, live, images, interposer);
            interposer.value(node.output(), result);
            live.put(node.output(), result);
            live.keySet().removeIf(value -> node.name().equals(lastReaders.get(value)) && !outputs.contains(value));
        }
        SequencedMap<String, FloatBatch> results = new LinkedHashMap<>();
        for (String output : graph.outputs()) {
            FloatBatch result = live.get(output);
            results.put(output, result == null ? constant(output, images) : result);
        }
        return results;
    }

    private FloatBatch compute(Node node, Map<String, FloatBatch> live, int images, Interposer interposer) {
        if (!(node.op() instanceof Op.Layer layer)) {
            List<FloatBatch> operands = new ArrayList<>();
            for (String value : node.inputs()) {
                FloatBatch operand = live.get(value);
                if (operand != null) {
                    operands.add(operand);
                }
            }
            return NodeRun.run(graph, node, operands, images, threads);
        }
        FloatBatch input = operand(node.input(), live, images);
        interposer.reads(node, input);
        Node bare = new Node(
                node.name(),
                layer.with(layer.weights(), layer.bias(), Clamp.NONE),
                List.of(node.input()),
                node.output());
        FloatBatch sum = NodeRun.run(graph, bare, List.of(interposer.operand(node, input)), images, threads);
        interposer.sum(node, sum);
        if (node.inputs().size() > 1) {
            add(sum.values(), operand(node.inputs().get(1), live, images).values());
        }
        clamp(sum, layer.clamp());
        return sum;
    }

    private FloatBatch operand(String value, Map<String, FloatBatch> live, int images) {
        FloatBatch known = live.get(value);
        return known == null ? constant(value, images) : known;
    }

    private FloatBatch constant(String value, int images) {
        float[] one = graph.constant(value)
                .orElseThrow(() -> new GraphException("there is no value '" + value + "'"))
                .values();
        float[] all = new float[Math.multiplyExact(images, one.length)];
        for (int n = 0; n < images; n++) {
            System.arraycopy(one, 0, all, n * one.length, one.length);
        }
        return FloatBatch.ofOrdered(images, graph.shape(value), all);
    }

    private static void add(float[] sum, float[] residual) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += residual[i];
        }
    }

    private static void clamp(FloatBatch batch, Clamp clamp) {
        if (clamp.none()) {
            return;
        }
        float[] values = batch.values();
        int channels = batch.channels();
        float low = clamp.low();
        float[] high = new float[channels];
        for (int c = 0; c < channels; c++) {
            high[c] = clamp.high(c);
        }
        for (int from = 0; from < values.length; from += channels) {
            for (int c = 0; c < channels; c++) {
                values[from + c] = Math.max(low, Math.min(values[from + c], high[c]));
            }
        }
    }
}
