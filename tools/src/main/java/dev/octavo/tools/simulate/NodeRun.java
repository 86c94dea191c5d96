package dev.octavo.tools.simulate;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.ModelMetadata;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.lower.FloatLowering;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Computes one node as a model of its own, with tensors that have their channels last. */
final class NodeRun {
    private static final ModelMetadata METADATA =
            new ModelMetadata("node", List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of());

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
        List<String> inputs = List.copyOf(new LinkedHashSet<>(operandNames));
        List<FloatBatch> batches = inputs.stream()
                .map(value -> operands.get(operandNames.indexOf(value)))
                .toList();
        int[] shape = graph.shape(node.output());
        int runs = graph.batchable() ? 1 : images;
        int batch = images / runs;
        float[] values = new float[Math.toIntExact((long) images * elements(shape))];
        SessionOptions options = SessionOptions.defaults().withBatch(batch).withThreads(threads);
        try (Model model = Model.of(FloatLowering.lower(alone(graph, node, inputs), METADATA));
                Session session = model.newSession(options)) {
            for (int run = 0; run < runs; run++) {
                List<Tensor> tensors = new ArrayList<>();
                for (FloatBatch operand : batches) {
                    tensors.add(tensor(operand, run, runs, batch));
                }
                MemorySegment result = session.run(tensors).getFirst().segment();
                int length = values.length / runs;
                MemorySegment.copy(result, ValueLayout.JAVA_FLOAT, 0, values, run * length, length);
            }
        }
        return FloatBatch.of(images, shape, values);
    }

    private static Tensor tensor(FloatBatch operand, int run, int runs, int batch) {
        long bytes = (long) operand.values().length / runs * Float.BYTES;
        int[] shape = permuted(operand.shape(), channelsLast(operand.shape().length));
        if (shape.length > 0) {
            shape[0] *= batch;
        }
        return Tensor.wrap(
                ElementType.FLOAT32, MemorySegment.ofArray(operand.values()).asSlice(run * bytes, bytes), shape);
    }

    /** A graph of one node, between transpositions that memory mostly needs not make. */
    private static Graph alone(Graph graph, Node node, List<String> inputs) {
        Graph.Editor editor = Graph.create(node.name()).batchable(graph.batchable());
        for (String value : inputs) {
            int[] shape = graph.shape(value);
            if (shape.length < 3) {
                editor.input(value, shape);
                continue;
            }
            int[] last = channelsLast(shape.length);
            String transposed = value + "/last";
            editor.input(transposed, permuted(shape, last));
            editor.node(transposition(transposed, value, inverse(last)), shape);
        }
        node.inputs().forEach(value -> graph.constant(value).ifPresent(constant -> editor.constant(value, constant)));
        int[] shape = graph.shape(node.output());
        editor.node(node, shape);
        if (shape.length < 3) {
            return editor.output(node.output()).build();
        }
        int[] last = channelsLast(shape.length);
        String transposed = node.output() + "/last";
        return editor.node(transposition(node.output(), transposed, last), permuted(shape, last))
                .output(transposed)
                .build();
    }

    private static Node transposition(String from, String to, int[] order) {
        List<Integer> dimensions = IntStream.of(order).boxed().toList();
        return new Node(to + "/transpose", new Op.Transpose(dimensions), List.of(from), to);
    }

    private static int[] channelsLast(int rank) {
        int[] order = IntStream.range(0, rank).toArray();
        for (int d = 1; d + 1 < rank; d++) {
            order[d] = d + 1;
        }
        if (rank > 1) {
            order[rank - 1] = 1;
        }
        return order;
    }

    private static int[] inverse(int[] order) {
        int[] inverse = new int[order.length];
        for (int d = 0; d < order.length; d++) {
            inverse[order[d]] = d;
        }
        return inverse;
    }

    private static int[] permuted(int[] shape, int[] order) {
        return IntStream.of(order).map(d -> shape[d]).toArray();
    }

    private static long elements(int[] shape) {
        return IntStream.of(shape).asLongStream().reduce(1, (a, b) -> a * b);
    }
}
