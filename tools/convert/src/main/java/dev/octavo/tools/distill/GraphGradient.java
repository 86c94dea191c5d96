package dev.octavo.tools.distill;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.simulate.FloatBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Values of a graph with one input, and the gradients of functions of them with respect to the input. All arrays have their
 * channels last, as in {@link FloatBatch}. Belongs to one thread, and is worth keeping for many runs.
 */
public final class GraphGradient implements AutoCloseable {
    private final String input;
    private final SequencedMap<Node, Step> steps = new LinkedHashMap<>();
    private final Map<String, float[]> values = new HashMap<>();
    private final Map<String, float[]> gradients = new HashMap<>();

    private GraphGradient(String input) {
        this.input = input;
    }

    /**
     * Prepares what it takes to compute some values of a graph, and no more.
     *
     * @param targets names of values
     * @param images per run
     * @throws GraphException if the graph has several inputs or no batch, or if an operator that leads to the targets has no
     *     gradient here
     */
    public static GraphGradient of(Graph graph, Collection<String> targets, int images, int threads) {
        if (graph.inputs().size() != 1 || !graph.batchable()) {
            throw new GraphException(graph.name()
                    + ": gradients need a network of one input whose first dimension is the" + " batch everywhere");
        }
        GraphGradient gradient = new GraphGradient(graph.inputs().getFirst());
        gradient.allocate(gradient.input, images * ElementMap.elements(graph.shape(gradient.input)));
        try {
            for (Node node : leadingTo(graph, targets)) {
                for (String value : node.inputs()) {
                    graph.constant(value).ifPresent(constant -> {
                        gradient.values.put(
                                value,
                                FloatBatch.ofOrdered(1, constant.shape(), constant.values())
                                        .values());
                        gradient.gradients.put(value, new float[constant.elements()]);
                    });
                }
                gradient.steps.put(node, step(graph, node, images, threads));
                gradient.allocate(node.output(), images * ElementMap.elements(graph.shape(node.output())));
            }
            return gradient;
        } catch (RuntimeException e) {
            gradient.close();
            throw e;
        }
    }

    private static List<Node> leadingTo(Graph graph, Collection<String> targets) {
        Set<String> wanted = new HashSet<>(targets);
        List<Node> leading = new ArrayList<>();
        for (Node node : graph.nodes().reversed()) {
            if (wanted.contains(node.output())) {
                wanted.addAll(node.inputs());
                leading.add(node);
            }
        }
        return leading.reversed();
    }

    private void allocate(String value, int elements) {
        values.put(value, new float[elements]);
        gradients.put(value, new float[elements]);
    }

    private static Step step(Graph graph, Node node, int images, int threads) {
        return switch (node.op()) {
            case Op.Layer layer -> LayerStep.of(graph, node, layer, images, threads);
            case Op.BatchNormalization normalization -> ElementSteps.normalization(normalization);
            case Op.Unary unary -> ElementSteps.unary(unary);
            case Op.Binary binary ->
                ElementSteps.binary(
                        binary.function(),
                        operand(graph, node, node.inputs().get(0)),
                        operand(graph, node, node.inputs().get(1)));
            case Op.Pool pool -> PoolStep.of(graph, node, pool, images);
            case Op.GlobalPool pool -> PoolStep.of(graph, node, pool, images);
            case Op.Reshape reshape -> MoveStep.of(graph, node);
            case Op.Transpose transpose -> MoveStep.of(graph, node);
            case Op.Slice slice -> MoveStep.of(graph, node);
            case Op.Pad pad -> MoveStep.of(graph, node);
            case Op.Concat concat -> MoveStep.of(graph, node);
            case Op.MatMul product -> throw noGradient(node);
            case Op.Softmax softmax -> throw noGradient(node);
            case Op.Reduction _, Op.Select _, Op.ArgExtreme _, Op.TopK _, Op.Gather _, Op.Scatter _ ->
                throw noGradient(node);
            case Op.RoundToGrid rounding -> throw noGradient(node);
        };
    }

    private static ElementMap operand(Graph graph, Node node, String value) {
        return ElementMap.broadcast(
                graph.shape(node.output()),
                graph.shape(value),
                graph.constant(value).isPresent());
    }

    private static GraphException noGradient(Node node) {
        return new GraphException("node '" + node.name() + "' (" + node.op().kind()
                + ") stands before a batch normalization, and has no gradient here");
    }

    /** Computes all values for some images. */
    public void forward(float[] images) {
        float[] own = value(input);
        System.arraycopy(images, 0, own, 0, own.length);
        steps.forEach((node, step) -> step.forward(all(values, node), value(node.output())));
    }

    /** A value of the last forward run; not a copy. */
    public float[] value(String name) {
        return require(values, name);
    }

    /**
     * The gradient of a function with respect to the input, at the images of the last forward run.
     *
     * @param seeds gradients of the function with respect to the values that it reads
     * @return not a copy: the next run overwrites it
     */
    public float[] backward(Map<String, float[]> seeds) {
        gradients.values().forEach(gradient -> Arrays.fill(gradient, 0));
        seeds.forEach((name, seed) -> {
            float[] gradient = require(gradients, name);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += seed[i];
            }
        });
        for (Map.Entry<Node, Step> entry : steps.reversed().entrySet()) {
            Node node = entry.getKey();
            entry.getValue().backward(all(values, node), require(gradients, node.output()), all(gradients, node));
        }
        return require(gradients, input);
    }

    private static float[][] all(Map<String, float[]> arrays, Node node) {
        return node.inputs().stream().map(value -> require(arrays, value)).toArray(float[][]::new);
    }

    private static float[] require(Map<String, float[]> arrays, String name) {
        float[] array = arrays.get(name);
        if (array == null) {
            throw new GraphException("value '" + name + "' does not lead to what was asked for");
        }
        return array;
    }

    @Override
    public void close() {
        steps.values().forEach(Step::close);
    }
}
