package dev.octavo.tools.simulate;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.lower.FloatLowering;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One node of a graph as a model of its own, to be run any number of times on tensors that have their channels last. Belongs
 * to one thread.
 */
public final class NodeSession implements AutoCloseable {
    private static final ModelMetadata METADATA =
            new ModelMetadata("node", List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of());

    private final Model model;
    private final Session session;
    private final int[] outputShape;
    private final List<int[]> shapes = new ArrayList<>();

    private NodeSession(Model model, Session session, int[] outputShape) {
        this.model = model;
        this.session = session;
        this.outputShape = outputShape;
    }

    /**
     * Prepares a node.
     *
     * @param images per run; 1 if the graph is not batchable
     */
    public static NodeSession of(Graph graph, Node node, int images, int threads) {
        SessionOptions options = SessionOptions.defaults().withBatch(images).withThreads(threads);
        List<String> inputs = inputs(graph, node);
        Model model = Model.of(FloatLowering.lower(alone(graph, node, inputs), METADATA));
        try {
            NodeSession session = new NodeSession(
                    model, model.newSession(options), model.outputs().getFirst().shape(images));
            for (String input : inputs) {
                int[] shape = graph.shape(input);
                int[] last = permuted(shape, channelsLast(shape.length));
                if (last.length > 0) {
                    last[0] *= images;
                }
                session.shapes.add(last);
            }
            return session;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** The distinct values that a node reads and that are not constant, in order. */
    static List<String> inputs(Graph graph, Node node) {
        return List.copyOf(new LinkedHashSet<>(node.inputs().stream()
                .filter(value -> graph.constant(value).isEmpty())
                .toList()));
    }

    /**
     * Runs the node.
     *
     * @param operands one for each distinct value that the node reads and that is not constant, in order, channels last
     * @param result receives the output, channels last
     */
    public void run(List<MemorySegment> operands, MemorySegment result) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            tensors.add(Tensor.wrap(ElementType.FLOAT32, operands.get(i), shapes.get(i)));
        }
        session.run(tensors, List.of(Tensor.wrap(ElementType.FLOAT32, result, outputShape)));
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

    @Override
    public void close() {
        session.close();
        model.close();
    }
}
