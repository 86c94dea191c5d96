package dev.octavo.tools.simulate;

import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/** Computes one node for some images. */
final class NodeRun {
    private NodeRun() {}

    /**
     * The output of a node.
     *
     * @param operands those of its inputs that are not constant, in order, each as often as the node reads it
     */
    static FloatBatch run(Graph graph, Node node, List<FloatBatch> operands, int images, int threads) {
        List<String> operandNames = node.inputs().stream()
                .filter(value -> graph.constant(value).isEmpty())
                .toList();
        List<float[]> batches = NodeSession.inputs(graph, node).stream()
                .map(value -> operands.get(operandNames.indexOf(value)).values())
                .toList();
        int[] shape = graph.shape(node.output());
        int runs = graph.batchable() ? 1 : images;
        float[] values = new float[Math.toIntExact((long) images * elements(shape))];
        try (NodeSession session = NodeSession.of(graph, node, images / runs, threads)) {
            for (int run = 0; run < runs; run++) {
                int part = run;
                session.run(
                        batches.stream().map(batch -> part(batch, part, runs)).toList(), part(values, part, runs));
            }
        }
        return FloatBatch.of(images, shape, values);
    }

    /**
     * The sums of products of all pairs of columns.
     *
     * @param columns [size][rows]
     * @return [size][size]
     */
    static float[] products(float[] columns, int size, int rows) {
        FloatTensor weights = FloatTensor.of(new int[] {size, rows}, columns);
        Op linear = new Op.Linear(weights, FloatTensor.zeros(size), Clamp.NONE);
        Node node = new Node("products", linear, List.of("columns"), "products");
        Graph graph = Graph.create("products")
                .batchable(true)
                .input("columns", 1, rows)
                .node(node, 1, size)
                .output("products")
                .build();
        FloatBatch operand = FloatBatch.of(size, new int[] {1, rows}, columns);
        return run(graph, node, List.of(operand), size, 1).values();
    }

    private static MemorySegment part(float[] values, int part, int parts) {
        long bytes = (long) values.length / parts * Float.BYTES;
        return MemorySegment.ofArray(values).asSlice(part * bytes, bytes);
    }

    private static long elements(int[] shape) {
        return IntStream.of(shape).asLongStream().reduce(1, (a, b) -> a * b);
    }
}
