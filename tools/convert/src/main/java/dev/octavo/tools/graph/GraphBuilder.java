package dev.octavo.tools.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A graph in the making, for importers of any format: the values that a source names, what is known of each, and the nodes
 * that compute them.
 *
 * <p>A value is a constant, known at import, or a float tensor that the network computes, whose shape is known; it goes by
 * its own name or by that of the value it equals. An importer calls {@link #begin} for each operator of its source, emits
 * nodes with the methods of {@link Emitter}, whose results get names of their own, and lets the operator's outputs be some
 * of these with {@link #define}.
 */
public final class GraphBuilder extends Emitter {
    /**
     * What constants that are stated by formula may take, beyond as much again as the source's own: half a gigabyte, or a
     * quarter of the heap.
     */
    private static final long MAX_COMPUTED_FLOATS =
            Math.min(1L << 27, Runtime.getRuntime().maxMemory() / 4 / Float.BYTES);

    /** A node that has no name yet. */
    private record Draft(Op op, List<String> reads, String output) {}

    private final Map<String, Supplier<Constant>> undecoded = new HashMap<>();
    private final Map<String, Constant> constants = new HashMap<>();

    /** By the array of a constant, which several may share: the graph then shares its copy as well. */
    private final IdentityHashMap<float[], FloatTensor> tensors = new IdentityHashMap<>();

    private final Map<String, Steps> steps = new HashMap<>();
    private final Map<String, Grid> grids = new HashMap<>();
    private final Map<String, int[]> shapes = new LinkedHashMap<>();
    private final Map<String, NumberType> types = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Map<String, List<String>> lists = new HashMap<>();
    private final Map<String, Op.Layer> layers = new HashMap<>();
    private final Set<String> materialized = new LinkedHashSet<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Draft> drafts = new ArrayList<>();
    private final Set<String> named = new HashSet<>();
    private final Set<String> inputs = new HashSet<>();
    private final UniqueNames valueNames = new UniqueNames();
    private final UniqueNames nodeNames = new UniqueNames();
    private String operator = "";
    private String firstOutput = "";
    private boolean batchable = true;
    private long computedFloats;
    private long decodedElements;

    /** Keeps the names of the source's values from being given to others. */
    public void reserveNames(Iterable<String> values) {
        values.forEach(valueNames::take);
    }

    /** Begins an operator of the source: names of nodes and values are derived from its own and that of its first output. */
    public void begin(String name, String output) {
        drafts.clear();
        named.clear();
        operator = name;
        firstOutput = output;
    }

    /** Ends an operator: its nodes get their names. */
    public void end() {
        for (Draft draft : drafts) {
            boolean plain = draft.op() instanceof Op.Layer
                    || (draft.output().equals(firstOutput) && !(draft.op() instanceof Op.RoundToGrid));
            String name = plain && !nodeNames.has(operator)
                    ? operator
                    : operator + "/" + draft.op().kind();
            nodes.add(new Node(nodeNames.unique(name), draft.op(), draft.reads(), draft.output()));
        }
        drafts.clear();
    }

    /** Declares a value that the caller supplies. */
    public void input(String value, NumberType type, int... shape) {
        ShapeInference.elements(shape);
        inputs.add(value);
        shapes.put(value, shape.clone());
        types.put(value, type);
    }

    /** Declares a constant that is decoded when something needs it. */
    public void constant(String value, Supplier<Constant> decoded) {
        undecoded.put(value, decoded);
    }

    @Override
    public String constant(Constant tensor) {
        String name = valueNames.unique(firstOutput + "/constant");
        defineConstant(name, tensor);
        return name;
    }

    /** Lets a name of the source be a constant. */
    public void defineConstant(String value, Constant tensor) {
        computedFloats += tensor instanceof Constant.Floats ? tensor.elements() : 2L * tensor.elements();
        reserve(new int[0]);
        constants.put(value, tensor);
    }

    @Override
    public void reserve(int[] shape) {
        if (computedFloats + ShapeInference.elements(shape) > MAX_COMPUTED_FLOATS + decodedElements) {
            throw new GraphException("the constants that import computes, with one of " + Arrays.toString(shape)
                    + ", exceed its bounds");
        }
    }

    /** Lets a name of the source be a value. The first name of a value that the current operator computes becomes its own. */
    public void define(String name, String value) {
        String target = resolve(value);
        if (isConstant(target)) {
            constants.put(name, constantOf(target));
            copySteps(target, name);
            return;
        }
        if (draft(target) && named.add(target)) {
            rename(target, name);
            named.add(name);
        } else {
            aliases.put(name, target);
        }
        shapes.put(name, shape(value));
        types.put(name, type(value));
        Grid grid = grids.get(value);
        if (grid != null) {
            grids.put(name, grid);
        }
    }

    private void copySteps(String from, String to) {
        Steps known = steps.get(from);
        if (known != null) {
            steps.put(to, known);
        }
    }

    /** Lets a name of the source be a list of values. */
    public void defineList(String name, List<String> values) {
        lists.put(name, List.copyOf(values));
    }

    /**
     * Returns the values of a list.
     *
     * @throws GraphException if the name stands for none
     */
    public List<String> list(String name) {
        List<String> known = lists.get(name);
        if (known == null) {
            throw new GraphException("its input '" + name + "' is no sequence");
        }
        return known;
    }

    private boolean draft(String value) {
        return drafts.stream().anyMatch(draft -> draft.output().equals(value));
    }

    private void rename(String from, String to) {
        drafts.replaceAll(draft -> new Draft(
                draft.op(),
                draft.reads().stream()
                        .map(read -> read.equals(from) ? to : read)
                        .toList(),
                draft.output().equals(from) ? to : draft.output()));
        Op.Layer layer = layers.remove(from);
        if (layer != null) {
            layers.put(to, layer);
        }
        aliases.put(from, to);
    }

    /** Returns another name of a value, under which it counts as plain floats: no codes, and no integers. */
    public String asFloats(String value) {
        if (isConstant(value)) {
            return value;
        }
        String name = valueNames.unique(firstOutput + "/numbers");
        aliases.put(name, resolve(value));
        shapes.put(name, shape(value));
        types.put(name, NumberType.FLOAT);
        return name;
    }

    @Override
    public String typed(String value, NumberType type) {
        if (isConstant(value)) {
            return constant(ConstantMath.cast(constantOf(value), type));
        }
        String name = asFloats(value);
        types.put(name, type);
        return name;
    }

    private String resolve(String value) {
        String name = value;
        for (String next = aliases.get(name); next != null; next = aliases.get(name)) {
            name = next;
        }
        return name;
    }

    /** Tells whether a value is a constant or computed. */
    public boolean defines(String value) {
        return shapes.containsKey(value) || isConstant(value) || lists.containsKey(value);
    }

    @Override
    public boolean isConstant(String value) {
        return constants.containsKey(value) || undecoded.containsKey(value);
    }

    @Override
    public Constant constantOf(String value) {
        Constant known = constants.get(value);
        if (known == null) {
            Supplier<Constant> source = undecoded.get(value);
            if (source == null) {
                throw new GraphException("its input '" + value + "' is computed by the network, but must be constant");
            }
            known = source.get();
            decodedElements += known.elements();
            constants.put(value, known);
        }
        return known;
    }

    /**
     * Returns a constant of finite floats: weights, not bounds.
     *
     * @throws GraphException if it is computed, empty, of integers, or holds a number that is not finite
     */
    @Override
    public FloatTensor weights(String value) {
        FloatTensor tensor = floats(value);
        for (int i = 0; i < tensor.elements(); i++) {
            if (!Float.isFinite(tensor.at(i))) {
                throw new GraphException(
                        "its constant '" + value + "' has the value " + tensor.at(i) + " at position " + i);
            }
        }
        return tensor;
    }

    /** Returns a constant as floats, with the steps that are known of it. */
    private FloatTensor floats(String value) {
        if (!(constantOf(value) instanceof Constant.Floats floats)) {
            throw new GraphException("its input '" + value + "' is " + constantOf(value) + " where floats are needed");
        }
        if (floats.elements() == 0) {
            throw new GraphException("its constant '" + value + "' has no elements");
        }
        FloatTensor tensor = tensors.computeIfAbsent(floats.values(), values -> FloatTensor.of(floats.shape(), values))
                .reshaped(floats.shape());
        Steps known = steps.get(value);
        return known == null ? tensor : tensor.inSteps(known);
    }

    @Override
    public Optional<Steps> steps(String value) {
        return Optional.ofNullable(steps.get(value));
    }

    @Override
    public String inSteps(String constant, Steps known) {
        steps.put(constant, known);
        return constant;
    }

    /** Returns the grid of a computed value that holds codes in the source; in the graph it holds what they stand for. */
    public Optional<Grid> grid(String value) {
        Grid known = grids.get(value);
        if (known == null && !isConstant(value) && type(value).isByte()) {
            known = type(value).codes();
        }
        return Optional.ofNullable(known);
    }

    /** Returns the nearest numbers of a grid; in the source the result holds the codes of a type. */
    public String round(String value, Grid grid, NumberType type) {
        String rounded = asFloats(nearest(value, grid));
        types.put(rounded, type);
        grids.put(rounded, grid);
        return rounded;
    }

    /** Returns the nearest numbers of a grid as floats. More codes than a byte has are rounded by the addition of floats. */
    public String nearest(String value, Grid grid) {
        if (grid.high() - grid.low() <= 255) {
            return emit(new Op.RoundToGrid(grid), List.of(value), shape(value), NumberType.FLOAT);
        }
        String bounded = clip(divide(value, scalar(grid.scale())), grid.least(), grid.greatest());
        return scaled(toIntegers(bounded), grid.scale());
    }

    /** Returns the codes of a quantized value as numbers. */
    public String codes(String value) {
        Grid grid = grid(value).orElseThrow();
        String numbers = asFloats(value);
        if (grid.equals(grid.codes())) {
            return numbers;
        }
        String quotient = divide(numbers, scalar(grid.scale()));
        return nearest(grid.zeroPoint() == 0 ? quotient : add(quotient, scalar(grid.zeroPoint())), grid.codes());
    }

    @Override
    public int[] shape(String value) {
        int[] shape = shapes.get(value);
        return shape == null ? constantOf(value).shape().clone() : shape.clone();
    }

    @Override
    public NumberType type(String value) {
        NumberType type = types.get(value);
        return type == null ? constantOf(value).type() : type;
    }

    /** Returns the layer that computes a value, if one does. */
    public Optional<Op.Layer> layer(String value) {
        return Optional.ofNullable(layers.get(resolve(value)));
    }

    /** States that results depend on the whole batch. */
    @Override
    public void dependsOnBatch() {
        batchable = false;
    }

    @Override
    public String emit(Op op, List<String> reads, int[] shape, NumberType type) {
        for (int size : shape) {
            if (size < 1) {
                throw new GraphException("its result " + Arrays.toString(shape) + " has no elements");
            }
        }
        ShapeInference.elements(shape);
        Optional<Grid> moved = gridOf(op, reads);
        String output = valueNames.unique(firstOutput + "/" + op.kind());
        List<String> sources = reads.stream().map(this::source).toList();
        drafts.add(new Draft(op, sources, output));
        if (op instanceof Op.Layer layer) {
            layers.put(output, layer);
        }
        shapes.put(output, shape.clone());
        types.put(output, type);
        moved.ifPresent(grid -> grids.put(output, grid));
        batchable = batchable
                && Batching.keeps(op, sources.stream().map(this::operand).toList(), shape);
        return output;
    }

    /** The name of a computed value, or of a constant that a node of the graph is to read. */
    private String source(String value) {
        if (isConstant(value)) {
            if (!(constantOf(value) instanceof Constant.Floats)) {
                return source(constant(ConstantMath.cast(constantOf(value), NumberType.FLOAT)));
            }
            floats(value);
            materialized.add(value);
            return value;
        }
        return resolve(value);
    }

    /** The grid of a result: that of what is moved. Codes that stand for other numbers cannot be computed with. */
    private Optional<Grid> gridOf(Op op, List<String> reads) {
        List<Grid> known = new ArrayList<>();
        for (String read : reads) {
            Grid grid = grids.get(read);
            if (grid == null) {
                continue;
            }
            if (!op.moves() && !grid.equals(grid.codes())) {
                throw new GraphException("it reads the quantized tensor '" + read
                        + "' as numbers; a DequantizeLinear should come between");
            }
            known.add(grid);
        }
        if (!op.moves() || known.isEmpty()) {
            return Optional.empty();
        }
        if (known.stream().distinct().count() > 1) {
            throw new GraphException("it puts tensors of different scales together: " + known);
        }
        return Optional.of(known.getFirst());
    }

    private Batching.Operand operand(String value) {
        return new Batching.Operand(shape(value), isConstant(value));
    }

    /**
     * Returns the finished graph; values that are only other names of the outputs go.
     *
     * @throws GraphException if an output is a constant that no float represents
     */
    public Graph build(String name, List<String> graphInputs, List<String> graphOutputs) {
        Map<String, String> renamed = new HashMap<>();
        for (String output : graphOutputs) {
            if (isConstant(output)) {
                continue;
            }
            String value = resolve(output);
            if (givesCodes(output)) {
                if (value.equals(output)) {
                    renamed.put(output, valueNames.unique(output + "/real"));
                }
                begin(output, output);
                renamed.put(codes(output), output);
                end();
                continue;
            }
            boolean free = !inputs.contains(value) && !graphOutputs.contains(value);
            if (!value.equals(output) && (!free || renamed.putIfAbsent(value, output) != null)) {
                String source = renamed.getOrDefault(value, value);
                nodes.add(new Node(nodeNames.unique(output), new Op.Reshape(), List.of(source), output));
            }
        }
        removeUnread(graphOutputs, renamed.keySet());
        boolean imagesFirst =
                graphInputs.stream().map(this::shape).allMatch(shape -> shape.length > 0 && shape[0] == 1);
        Graph.Editor editor = Graph.create(name).batchable(batchable && imagesFirst);
        graphInputs.forEach(input -> editor.input(input, shape(input)));
        for (Node node : nodes) {
            int[] shape = shape(node.output());
            List<String> reads = node.inputs().stream()
                    .map(value -> renamed.getOrDefault(value, value))
                    .toList();
            editor.node(node.reading(reads).writing(renamed.getOrDefault(node.output(), node.output())), shape);
        }
        materialized.forEach(value -> editor.constant(value, floats(value)));
        for (String output : graphOutputs) {
            if (isConstant(output)) {
                editor.constant(output, ConstantMath.exact(constantOf(output), output));
            }
            editor.output(output);
        }
        return editor.build();
    }

    /** Takes away nodes that no output depends on. */
    private void removeUnread(List<String> graphOutputs, Set<String> sources) {
        Set<String> read = new HashSet<>(sources);
        graphOutputs.forEach(output -> read.add(isConstant(output) ? output : resolve(output)));
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (read.contains(node.output()) || graphOutputs.contains(node.output())) {
                read.addAll(node.inputs());
            } else {
                nodes.remove(i);
            }
        }
        materialized.retainAll(read);
    }

    /** Whether an output of the graph holds codes that are not the numbers they stand for. */
    private boolean givesCodes(String output) {
        Grid grid = grids.get(output);
        return grid != null && !grid.equals(grid.codes());
    }
}
