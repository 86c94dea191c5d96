package dev.octavo.tools.lower;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.LookupTable;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantizer.FusedActivations;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.QuantizedLayer;
import dev.octavo.tools.quantizer.TensorEncoding;
import dev.octavo.tools.statistics.InputEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lowers a graph node by node. A node whose values all have encodings computes in integers, any other in float; a value is
 * converted where a node wants it in the other form.
 */
final class Lowering {
    private final Graph graph;
    private final QuantizedGraph quantized;
    private final FusedActivations fused;
    /** Values that are accumulators of layers only. */
    private final Set<String> activating = new HashSet<>();

    private final ModelAssembler model = new ModelAssembler();
    private final Map<String, Integer> integers = new HashMap<>();
    private final Map<String, Integer> reals = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    private Lowering(QuantizedGraph quantized) {
        this.graph = quantized.graph();
        this.quantized = quantized;
        this.fused = FusedActivations.of(graph);
        fused.layers().forEach((value, layer) -> {
            if (quantized.layer(layer.name()).isPresent()
                    && encoding(layer.output()) == null
                    && encoding(value) != null) {
                activating.add(layer.output());
            }
        });
        names.addAll(graph.inputs());
        graph.nodes().forEach(node -> names.add(node.output()));
    }

    static ModelDefinition lower(QuantizedGraph quantized, ModelMetadata metadata) {
        return new Lowering(quantized).lower(metadata);
    }

    private ModelDefinition lower(ModelMetadata metadata) {
        List<Integer> inputs = new ArrayList<>();
        for (String input : graph.inputs()) {
            inputs.add(input(input));
        }
        for (Node node : graph.nodes()) {
            Node activated = fused.layers().get(node.output());
            if (activates(node)) {
                continue;
            }
            if (activated != null && activates(activated)) {
                integers.put(node.output(), activatedLayer(activated, (Op.Unary) node.op(), node.output()));
            } else if (computesInIntegers(node)) {
                integers.put(node.output(), integer(node));
            } else if (node.op() instanceof Op.Layer layer
                    && quantized.layer(node.name()).isPresent()) {
                reals.put(node.output(), rescaledLayer(node, layer));
            } else {
                reals.put(node.output(), real(node));
            }
        }
        List<Integer> outputs = graph.outputs().stream().map(this::real).toList();
        OriginalChannels.of(graph).forEach(model::addOriginal);
        return model.build(metadata, inputs, outputs, graph.batchable());
    }

    private int input(String name) {
        int[] shape = graph.shape(name);
        TensorEncoding encoding = encoding(name);
        if (encoding == null) {
            int position = model.addFloat(name, shape);
            reals.put(name, position);
            return position;
        }
        int position;
        if (quantized.input() instanceof InputEncoding.Pixels pixels) {
            byte[] padding = new byte[shape[1]];
            for (int c = 0; c < padding.length; c++) {
                padding[c] = (byte) pixels.normalisation().padPixel(c);
            }
            position = model.add(new TensorDefinition(name, ElementType.UINT8, shape, encoding.scale(), padding, null));
        } else {
            position = model.addQuantized(name, encoding, shape);
        }
        integers.put(name, position);
        return position;
    }

    /** A name for a tensor that is no value of the graph. */
    private String helper(String wanted) {
        String name = wanted;
        for (int n = 2; !names.add(name); n++) {
            name = wanted + "#" + n;
        }
        return name;
    }

    /** What the integers of a value are called: as the value itself, unless that is an output, which leaves as float. */
    private String nameOfIntegers(String value) {
        return graph.outputs().contains(value) ? helper(value + "/codes") : value;
    }

    private String nameOfReals(String value) {
        return graph.outputs().contains(value) ? value : helper(value + "/real");
    }

    private @Nullable TensorEncoding encoding(String value) {
        return quantized.encoding(value).orElse(null);
    }

    private TensorEncoding encodingOf(String value) {
        return quantized
                .encoding(value)
                .orElseGet(() -> symmetric(graph.constant(value)
                        .orElseThrow(() -> new GraphException("value '" + value + "' has no encoding"))));
    }

    private static TensorEncoding symmetric(FloatTensor constant) {
        float largest = 0;
        for (int i = 0; i < constant.elements(); i++) {
            largest = Math.max(largest, Math.abs(constant.at(i)));
        }
        IntegerRange range = IntegerRange.signed(8);
        float scale = largest / range.high();
        return new TensorEncoding(range, scale >= Float.MIN_NORMAL ? scale : 1);
    }

    private boolean computesInIntegers(Node node) {
        TensorEncoding output = encoding(node.output());
        if (output == null) {
            return false;
        }
        return switch (node.op()) {
            case Op.Layer layer -> quantized.layer(node.name()).isPresent();
            case Op.Pool pool ->
                pools(pool.kindOfPool(), node, output)
                        && (pool.kindOfPool() == Pooling.Kind.MAX
                                || PoolLowering.integers(pool, encodingOf(node.input()), output));
            case Op.GlobalPool pool -> pools(pool.kindOfPool(), node, output);
            case Op.Movement _ -> allEncodedAs(node, output);
            case Op.RoundToGrid round -> true;
            case Op.Unary unary -> encoding(node.input()) != null;
            case Op.Binary binary ->
                node.inputs().stream()
                                .allMatch(value -> encoding(value) != null
                                        || graph.constant(value).isPresent())
                        && BinaryLowering.integers(
                                binary.function(),
                                encodingOf(node.inputs().get(0)),
                                encodingOf(node.inputs().get(1)),
                                output);
            case Op.FloatOnly _ -> false;
        };
    }

    private boolean pools(Pooling.Kind kind, Node node, TensorEncoding output) {
        return kind == Pooling.Kind.MAX ? allEncodedAs(node, output) : encoding(node.input()) != null;
    }

    private boolean allEncodedAs(Node node, TensorEncoding output) {
        return node.inputs().stream()
                .allMatch(value -> graph.constant(value).isPresent() || output.equals(encoding(value)));
    }

    /** Whether a node is a layer in integers whose sums nothing reads but a function with results in integers. */
    private boolean activates(Node node) {
        return activating.contains(node.output());
    }

    private int activatedLayer(Node node, Op.Unary function, String value) {
        TensorEncoding output = encodingOf(value);
        int input = integer(node.input(), encodingOf(node.input()));
        return model.add(
                node.name(),
                LayerLowering.integer(
                        (Op.Layer) node.op(),
                        quantized.layer(node.name()).orElseThrow(),
                        function,
                        fused.curve(function),
                        encodingOf(node.input()),
                        output),
                List.of(input),
                model.addQuantized(nameOfIntegers(value), output, graph.shape(value)));
    }

    /** Lowers a node to integers; returns the position of its output. */
    private int integer(Node node) {
        TensorEncoding output = encodingOf(node.output());
        if (node.op() instanceof Op.RoundToGrid && encoding(node.input()) == null) {
            return quantize(
                    node.name(), real(node.input()), output, nameOfIntegers(node.output()), graph.shape(node.output()));
        }
        List<Integer> inputs = node.inputs().stream()
                .map(value -> integer(value, node.op() instanceof Op.Binary ? encodingOf(value) : output))
                .toList();
        int target = model.addQuantized(nameOfIntegers(node.output()), output, graph.shape(node.output()));
        Operation operation = switch (node.op()) {
            case Op.Layer layer -> {
                QuantizedLayer integers = quantized.layer(node.name()).orElseThrow();
                TensorEncoding residual =
                        node.inputs().size() > 1 ? encodingOf(node.inputs().get(1)) : null;
                yield LayerLowering.integer(layer, integers, encodingOf(node.input()), output, residual);
            }
            case Op.Pool pool -> {
                String input = node.input();
                yield PoolLowering.pool(
                        pool, graph.shape(input), graph.shape(node.output()), encodingOf(input), output);
            }
            case Op.GlobalPool pool ->
                PoolLowering.globalPool(pool, graph.shape(node.input()), encodingOf(node.input()), output);
            case Op.Unary unary -> lookUp(unary::apply, encodingOf(node.input()), output);
            case Op.RoundToGrid round -> lookUp(x -> x, encodingOf(node.input()), output);
            case Op.Binary binary ->
                BinaryLowering.of(
                        binary.function(),
                        encodingOf(node.inputs().get(0)),
                        encodingOf(node.inputs().get(1)),
                        output);
            case Op.Pad pad -> new Operation.Pad(pad.before(), new byte[] {(byte) output.code(pad.value())});
            case Op.Movement _, Op.FloatOnly _ -> movement(node);
        };
        return model.add(node.name(), operation, inputs, target);
    }

    private static Operation lookUp(DoubleUnaryOperator function, TensorEncoding input, TensorEncoding output) {
        return new Operation.LookUp(LookupTable.of(
                function,
                input.scale(),
                input.type() == ElementType.INT8,
                input.zero(),
                output.scale(),
                output.range()));
    }

    private Operation movement(Node node) {
        return switch (node.op()) {
            case Op.Reshape reshape -> new Operation.Reshape();
            case Op.Transpose transpose -> new Operation.Transpose(transpose.order());
            case Op.Slice slice -> new Operation.Slice(slice.starts(), slice.steps());
            case Op.Concat concat -> new Operation.Concat(concat.axis());
            case Op.Layer _,
                    Op.Unary _,
                    Op.RoundToGrid _,
                    Op.Binary _,
                    Op.Pool _,
                    Op.GlobalPool _,
                    Op.Pad _,
                    Op.FloatOnly _ ->
                throw new GraphException(
                        "node '" + node.name() + "' (" + node.op().kind() + ") cannot be lowered");
        };
    }

    /** Accumulators of integers that leave as float. */
    private int rescaledLayer(Node node, Op.Layer layer) {
        QuantizedLayer integers = quantized.layer(node.name()).orElseThrow();
        int input = integer(node.input(), encodingOf(node.input()));
        return model.add(
                node.name(),
                LayerLowering.integer(layer, integers, encodingOf(node.input()), null, null),
                List.of(input),
                model.addFloat(node.output(), graph.shape(node.output())));
    }

    /** Lowers a node to float; returns the position of its output. */
    private int real(Node node) {
        if (node.op() instanceof Op.BatchNormalization norm) {
            return normalization(node, norm);
        }
        if (node.op() instanceof Op.Layer layer && !LayerLowering.uniform(layer.clamp())) {
            return bounded(node, layer);
        }
        if (node.op() instanceof Op.RoundToGrid round) {
            return rounded(node, round.grid());
        }
        List<Integer> inputs = node.inputs().stream().map(this::real).toList();
        int[] shape = graph.shape(node.output());
        Operation operation = switch (node.op()) {
            case Op.Layer layer -> LayerLowering.real(layer, layer.clamp().high(0));
            case Op.Unary unary -> new Operation.Unary(unary.function(), unary.alpha(), unary.beta());
            case Op.Binary binary -> new Operation.Binary(binary.function());
            case Op.Pool pool -> PoolLowering.pool(pool, graph.shape(node.input()), shape, null, null);
            case Op.GlobalPool pool -> PoolLowering.globalPool(pool, graph.shape(node.input()), null, null);
            case Op.MatMul product -> new Operation.MatMul();
            case Op.Softmax softmax -> new Operation.Softmax(softmax.axis());
            case Op.Reduction reduction -> new Operation.Reduction(reduction.kindOfReduction(), reduction.axes());
            case Op.Select select -> new Operation.Select();
            case Op.ArgExtreme extreme -> new Operation.ArgExtreme(extreme.axis(), extreme.least(), extreme.last());
            case Op.TopK topK -> new Operation.TopK(topK.axis(), topK.least(), topK.indices());
            case Op.Gather gather -> new Operation.Gather(gather.axis(), gather.elements());
            case Op.Scatter scatter -> new Operation.Scatter(scatter.axis(), scatter.combination());
            case Op.Pad pad -> new Operation.Pad(pad.before(), bytes(pad.value()));
            case Op.BatchNormalization _, Op.RoundToGrid _, Op.Movement _ -> movement(node);
        };
        return model.add(node.name(), operation, inputs, model.addFloat(node.output(), shape));
    }

    /** The nearest numbers of a grid, through their codes. */
    private int rounded(Node node, Grid grid) {
        int[] shape = graph.shape(node.output());
        TensorEncoding encoding = new TensorEncoding(new IntegerRange(grid.least(), grid.greatest()), grid.scale());
        String name = helper(node.name() + "/codes");
        return model.add(
                node.name(),
                new Operation.Dequantize(encoding.zero()),
                List.of(quantize(name, real(node.input()), encoding, name, shape)),
                model.addFloat(node.output(), shape));
    }

    /** Codes of a float tensor. */
    private int quantize(String name, int real, TensorEncoding encoding, String output, int[] shape) {
        return model.add(
                name,
                new Operation.Quantize(encoding.zero(), encoding.leastCode(), encoding.greatestCode()),
                List.of(real),
                model.addQuantized(output, encoding, shape));
    }

    /** A normalization that no layer could take: a product and a sum with constants of each channel. */
    private int normalization(Node node, Op.BatchNormalization norm) {
        int channels = norm.scale().elements();
        float[] factor = new float[channels];
        float[] offset = new float[channels];
        for (int c = 0; c < channels; c++) {
            double k = norm.scale().at(c) / Math.sqrt(norm.variance().at(c) + (double) norm.epsilon());
            factor[c] = (float) k;
            offset[c] = (float) (norm.shift().at(c) - norm.mean().at(c) * k);
        }
        int[] shape = graph.shape(node.output());
        int[] perChannel = new int[Math.max(1, shape.length - 1)];
        Arrays.fill(perChannel, 1);
        perChannel[0] = channels;
        int factors = model.addConstant(node.name() + "/factor", FloatTensor.of(perChannel, factor));
        int offsets = model.addConstant(node.name() + "/offset", FloatTensor.of(perChannel, offset));
        int product = model.add(
                node.name() + "/product",
                new Operation.Binary(FloatBinary.Function.MULTIPLY),
                List.of(real(node.input()), factors),
                model.addFloat(helper(node.name() + "/product"), shape));
        return model.add(
                node.name(),
                new Operation.Binary(FloatBinary.Function.ADD),
                List.of(product, offsets),
                model.addFloat(node.output(), shape));
    }

    /** Bounds that differ by channel: {@code x − max(0, x − bound)}, exactly x up to the bound, and for a bound of +∞. */
    private int bounded(Node node, Op.Layer layer) {
        int[] shape = graph.shape(node.output());
        int[] perChannel = new int[shape.length - 1];
        Arrays.fill(perChannel, 1);
        perChannel[0] = layer.outputs();
        int bounds = model.addConstant(
                node.name() + "/bound", FloatTensor.of(perChannel, layer.clamp().high()));
        Operation subtract = new Operation.Binary(FloatBinary.Function.SUBTRACT);
        int unbounded = model.add(
                node.name(),
                LayerLowering.real(layer, Float.POSITIVE_INFINITY),
                node.inputs().stream().map(this::real).toList(),
                model.addFloat(helper(node.name() + "/unbounded"), shape));
        int over = model.add(
                node.name() + "/over",
                subtract,
                List.of(unbounded, bounds),
                model.addFloat(helper(node.name() + "/over"), shape));
        int excess = model.add(
                node.name() + "/excess",
                new Operation.Unary(FloatUnary.Function.CLIP, 0, Float.POSITIVE_INFINITY),
                List.of(over),
                model.addFloat(helper(node.name() + "/excess"), shape));
        return model.add(
                node.name() + "/bounded", subtract, List.of(unbounded, excess), model.addFloat(node.output(), shape));
    }

    private static byte[] bytes(float value) {
        return ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array();
    }

    /** Position of a value's integers. A constant takes the scale of its own range, or the one that is wanted. */
    private int integer(String value, TensorEncoding wanted) {
        Integer known = integers.get(value);
        if (known != null) {
            return known;
        }
        FloatTensor constant = graph.constant(value).orElse(null);
        if (constant != null) {
            return model.addConstant(value, constant, wanted);
        }
        TensorEncoding encoding = encodingOf(value);
        int position =
                quantize(value + "/quantize", real(value), encoding, helper(value + "/quantized"), graph.shape(value));
        integers.put(value, position);
        return position;
    }

    /** Position of a value in float. */
    private int real(String value) {
        Integer known = reals.get(value);
        if (known != null) {
            return known;
        }
        FloatTensor constant = graph.constant(value).orElse(null);
        int position;
        if (constant != null) {
            position = model.addConstant(value, constant);
        } else {
            boolean centred = quantized.input() instanceof InputEncoding.Pixels
                    && graph.inputs().contains(value);
            TensorEncoding encoding = encodingOf(value);
            position = model.add(
                    value + "/dequantize",
                    new Operation.Dequantize(encoding.zero()),
                    List.of(integer(value, encoding)),
                    model.addFloat(centred ? helper(value + "/pixels") : nameOfReals(value), graph.shape(value)));
            if (centred && quantized.input() instanceof InputEncoding.Pixels pixels) {
                position = centred(value, position, pixels.normalisation());
            }
        }
        reals.put(value, position);
        return position;
    }

    /** Pixels without what pads them: the input of the float graph, whose padding is 0. */
    private int centred(String value, int pixels, PixelInput normalisation) {
        int[] shape = graph.shape(value);
        float[] pads = new float[shape[1]];
        for (int c = 0; c < pads.length; c++) {
            pads[c] = normalisation.padPixel(c);
        }
        return model.add(
                value + "/centre",
                new Operation.Binary(FloatBinary.Function.SUBTRACT),
                List.of(pixels, model.addConstant(value + "/pad", FloatTensor.of(new int[] {pads.length, 1, 1}, pads))),
                model.addFloat(nameOfReals(value), shape));
    }
}
