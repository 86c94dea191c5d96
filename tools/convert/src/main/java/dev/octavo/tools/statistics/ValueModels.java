package dev.octavo.tools.statistics;

import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.Moments;
import dev.octavo.tools.quantize.WeightShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The distribution of every value of a graph, as far as it can be known without data: from batch normalizations where there
 * are any, elsewhere by propagating moments, with the channels of a tensor taken as independent.
 */
public final class ValueModels {
    /**
     * Correlation assumed of a kernel's taps with the pixels below them, where no statistics tell: trained kernels are
     * matched to patterns that occur, which either all their positive weights or all their negative ones respond to.
     */
    private static final double SPATIAL_CORRELATION = 0.7;

    /** Correlation assumed of any two pixels of one channel. */
    private static final double GLOBAL_CORRELATION = 0.3;

    /**
     * Correlation assumed of the terms of a residual sum. Blocks keep adding evidence for the features that the stream
     * already carries; taken as independent, the last sums of a deep network would be modelled at half their range.
     */
    private static final double RESIDUAL_CORRELATION = 0.6;

    private final Graph graph;
    private final Map<String, ClippedNormals> models = new HashMap<>();
    private final Map<String, ClippedNormals> ownSums = new HashMap<>();

    private ValueModels(Graph graph) {
        this.graph = graph;
    }

    /**
     * Models the values of a graph.
     *
     * @param input what is assumed of its inputs
     */
    public static ValueModels of(Graph graph, InputEncoding input) {
        ValueModels values = new ValueModels(graph);
        for (String name : graph.inputs()) {
            values.models.put(name, input.model(channels(graph.shape(name))));
        }
        for (Node node : graph.nodes()) {
            ClippedNormals model = values.known(node, values.infer(node));
            if (model != null) {
                values.models.put(node.output(), model);
            }
        }
        return values;
    }

    /** The model of a value; empty behind operators whose results cannot be foretold. */
    public Optional<ClippedNormals> model(String value) {
        return Optional.ofNullable(models.get(value));
    }

    /** What statistics tell of a value that is no layer's, within the bounds that were inferred; else what was inferred. */
    private @Nullable ClippedNormals known(Node node, @Nullable ClippedNormals inferred) {
        ChannelStatistics known = graph.statistics(node.output()).orElse(null);
        if (known == null || node.op() instanceof Op.Layer) {
            return inferred;
        }
        ClippedNormals normals = ClippedNormals.of(known.mean(), known.deviation());
        if (inferred != null && inferred.channels() == normals.channels()) {
            double[] high = new double[normals.channels()];
            for (int c = 0; c < high.length; c++) {
                high[c] = inferred.high(c);
            }
            return normals.clip(inferred.low(), high);
        }
        double least = Arrays.stream(known.least()).min().orElse(0);
        return least >= 0 ? normals.relu() : normals;
    }

    private static int channels(int[] shape) {
        return shape.length > 1 ? shape[1] : 1;
    }

    private @Nullable ClippedNormals infer(Node node) {
        if (node.op() instanceof Op.Layer layer) {
            return layer(layer, node);
        }
        if (node.op() instanceof Op.Binary binary) {
            return binary(binary, node);
        }
        ClippedNormals input = operand(node.input(), node.output());
        if (input == null) {
            return null;
        }
        return switch (node.op()) {
            case Op.Layer layer -> layer(layer, node);
            case Op.Unary unary -> unary(unary, input);
            case Op.RoundToGrid round -> input;
            case Op.Pool pool -> pool(pool, input);
            case Op.GlobalPool pool ->
                switch (pool.kindOfPool()) {
                    case MAX -> input;
                    case AVERAGE -> average(input, GLOBAL_CORRELATION, positions(graph.shape(node.input())));
                };
            case Op.Reshape reshape -> reshaped(input, graph.shape(node.input()), graph.shape(node.output()));
            case Op.Transpose transpose ->
                transpose.order().size() > 1 && transpose.order().get(1) == 1
                        ? input
                        : mixed(input, channels(graph.shape(node.output())));
            case Op.Slice slice -> sliced(slice, input, channels(graph.shape(node.output())));
            case Op.Concat concat -> concatenated(concat, node);
            case Op.Pad pad -> padded(pad, input);
            case Op.Binary binary -> binary(binary, node);
            case Op.BatchNormalization norm -> null;
            case Op.MatMul product -> null;
            case Op.Softmax softmax -> null;
            case Op.Reduction reduction -> reduced(reduction, input, node);
            case Op.Select select -> operand(node.inputs().get(1), node.output());
            case Op.TopK _, Op.Gather _, Op.Scatter _ -> mixed(input, channels(graph.shape(node.output())));
            case Op.ArgExtreme extreme -> null;
        };
    }

    /** A layer with statistics is known whatever its input. */
    private @Nullable ClippedNormals layer(Op.Layer layer, Node node) {
        ClippedNormals sum = ownSum(layer, node);
        if (sum == null) {
            return null;
        }
        ownSums.put(node.name(), sum);
        if (node.inputs().size() > 1) {
            ClippedNormals residual = models.get(node.inputs().get(1));
            if (residual == null) {
                return null;
            }
            sum = sum.plus(residual, RESIDUAL_CORRELATION);
        }
        return Layers.clip(sum, layer.clamp());
    }

    /** Of a layer's weighted sum alone, without a residual and before the clamp; empty where it is unknown. */
    public Optional<ClippedNormals> ownSum(Node node) {
        return Optional.ofNullable(ownSums.get(node.name()));
    }

    /** Of the weighted sum alone, without a residual and before the clamp. */
    @Nullable
    public ClippedNormals ownSum(Op.Layer layer, Node node) {
        ChannelStatistics known = graph.statistics(node.output()).orElse(null);
        if (known != null) {
            return ClippedNormals.of(known.mean(), known.deviation());
        }
        ClippedNormals input = models.get(node.input());
        if (input == null) {
            return null;
        }
        Moments inputs = input.moments();
        WeightShape shape = Layers.weightShape(layer);
        double[] mean = new double[shape.channels()];
        double[] deviation = new double[shape.channels()];
        for (int o = 0; o < mean.length; o++) {
            mean[o] = layer.bias().at(o);
            double variance = 0;
            int first = shape.inputChannel(o, 0);
            for (int n = 0; n < shape.kernels(); n++) {
                double positive = 0;
                double negative = 0;
                double squares = 0;
                for (int i = shape.offset(o, n); i < shape.offset(o, n) + shape.taps(); i++) {
                    double weight = layer.weights().at(i);
                    positive += Math.max(0, weight);
                    negative += Math.min(0, weight);
                    squares += weight * weight;
                }
                mean[o] += inputs.mean(first + n) * (positive + negative);
                double matched = Math.max(positive, -negative);
                variance += inputs.variance(first + n)
                        * (SPATIAL_CORRELATION * matched * matched + (1 - SPATIAL_CORRELATION) * squares);
            }
            deviation[o] = Math.sqrt(variance);
        }
        return ClippedNormals.of(mean, deviation);
    }

    private @Nullable ClippedNormals binary(Op.Binary binary, Node node) {
        ClippedNormals left = operand(node.inputs().get(0), node.output());
        ClippedNormals right = operand(node.inputs().get(1), node.output());
        if (left == null || right == null) {
            return null;
        }
        return switch (binary.function()) {
            case ADD -> left.plus(right, RESIDUAL_CORRELATION);
            case MULTIPLY -> product(left, right);
            case SUBTRACT -> left.plus(right.moments(x -> -x).normals(), 0);
            case DIVIDE -> {
                double divisor = typical(right);
                yield left.moments(x -> x / divisor).normals();
            }
            case PARAMETRIC_RELU -> {
                double slope = right.moments().mean(0);
                yield left.moments(x -> x < 0 ? slope * x : x).normals();
            }
            case EQUAL, LESS, LESS_OR_EQUAL -> left.moments(x -> 0.5).normals().clip(0, 1);
            case MINIMUM, MAXIMUM, POWER, REMAINDER, MODULO -> left;
        };
    }

    /** A divisor that stands for all: the mean of the first channel, unless that is about 0. */
    private static double typical(ClippedNormals divisor) {
        Moments moments = divisor.moments();
        double size = Math.max(Math.abs(moments.mean(0)), Math.sqrt(moments.variance(0)));
        return Math.copySign(Math.max(size, 1e-6), moments.mean(0));
    }

    /** A reduction; what it says of channels is lost where it reduces them. */
    private @Nullable ClippedNormals reduced(Op.Reduction reduction, ClippedNormals input, Node node) {
        int count = 1;
        int[] shape = graph.shape(node.input());
        for (int axis : reduction.axes()) {
            count *= shape[axis];
        }
        double elements = count;
        ClippedNormals result = switch (reduction.kindOfReduction()) {
            case MEAN -> average(input, GLOBAL_CORRELATION, count);
            case SUM ->
                average(input, GLOBAL_CORRELATION, count)
                        .moments(x -> x * elements)
                        .normals();
            case MAXIMUM, MINIMUM -> input;
            case PRODUCT -> null;
        };
        int channels = channels(graph.shape(node.output()));
        return result == null || result.channels() == channels ? result : mixed(result, channels);
    }

    private static ClippedNormals product(ClippedNormals left, ClippedNormals right) {
        Moments a = left.moments();
        Moments b = right.moments();
        double[] mean = new double[a.channels()];
        double[] variance = new double[a.channels()];
        double[] high = new double[a.channels()];
        boolean nonNegative = left.isNonNegative() && right.isNonNegative();
        for (int c = 0; c < mean.length; c++) {
            mean[c] = a.mean(c) * b.mean(c);
            variance[c] = a.variance(c) * b.variance(c)
                    + a.variance(c) * b.mean(c) * b.mean(c)
                    + b.variance(c) * a.mean(c) * a.mean(c);
            high[c] = nonNegative && left.high(c) > 0 && right.high(c) > 0
                    ? left.high(c) * right.high(c)
                    : Double.POSITIVE_INFINITY;
        }
        return Moments.of(mean, variance)
                .normals()
                .clip(nonNegative ? left.low() * right.low() : Double.NEGATIVE_INFINITY, high);
    }

    /** The model of an operand, with as many channels as the result has; or null. */
    private @Nullable ClippedNormals operand(String value, String result) {
        ClippedNormals model = models.get(value);
        FloatTensor constant = graph.constant(value).orElse(null);
        if (constant != null) {
            model = spread(constant);
        }
        if (model == null || !(graph.producer(result).orElseThrow().op() instanceof Op.Binary)) {
            return model;
        }
        int channels = channels(graph.shape(result));
        if (model.channels() == channels) {
            return model;
        }
        return model.channels() == 1 ? model.select(new int[channels]) : mixed(model, channels);
    }

    /** A constant as one channel. */
    private static ClippedNormals spread(FloatTensor constant) {
        double sum = 0;
        double squares = 0;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < constant.elements(); i++) {
            double value = constant.at(i);
            sum += value;
            squares += value * value;
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        double mean = sum / constant.elements();
        double deviation = Math.sqrt(Math.max(0, squares / constant.elements() - mean * mean));
        return ClippedNormals.of(new double[] {mean}, new double[] {deviation}).clip(low, high);
    }

    private static @Nullable ClippedNormals unary(Op.Unary unary, ClippedNormals input) {
        double alpha = unary.alpha();
        double beta = unary.beta();
        return switch (unary.function()) {
            case CLIP -> {
                double[] high = new double[input.channels()];
                for (int c = 0; c < high.length; c++) {
                    high[c] = Math.clamp(input.high(c), alpha, beta);
                }
                yield input.clip(Math.clamp(input.low(), alpha, beta), high);
            }
            default -> {
                Moments moments = input.moments(unary::apply);
                yield moments.isFinite() ? moments.normals().clip(unary.least(), unary.greatest()) : null;
            }
        };
    }

    private static ClippedNormals pool(Op.Pool pool, ClippedNormals input) {
        return switch (pool.kindOfPool()) {
            case MAX -> input;
            case AVERAGE ->
                average(input, SPATIAL_CORRELATION, pool.window().shape().taps());
        };
    }

    /** The mean of correlated pixels varies less than each of them. */
    private static ClippedNormals average(ClippedNormals input, double correlation, int pixels) {
        Moments moments = input.moments();
        double[] mean = new double[moments.channels()];
        double[] deviation = new double[mean.length];
        double[] high = new double[mean.length];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = moments.mean(c);
            deviation[c] = Math.sqrt(moments.variance(c) * (correlation + (1 - correlation) / pixels));
            high[c] = input.high(c);
        }
        return ClippedNormals.of(mean, deviation).clip(input.low(), high);
    }

    private static int positions(int[] shape) {
        return IntStream.range(2, shape.length).map(d -> shape[d]).reduce(1, (a, b) -> a * b);
    }

    private static ClippedNormals reshaped(ClippedNormals input, int[] from, int[] to) {
        int before = channels(from);
        int after = channels(to);
        if (after == before) {
            return input;
        }
        if (to.length == 2 && after % before == 0 && input.channels() == before) {
            int repeat = after / before;
            return input.select(IntStream.range(0, after).map(i -> i / repeat).toArray());
        }
        return mixed(input, after);
    }

    private static @Nullable ClippedNormals sliced(Op.Slice slice, ClippedNormals input, int channels) {
        if (slice.starts().size() < 2) {
            return input;
        }
        int start = slice.starts().get(1);
        int step = slice.steps().get(1);
        return input.select(
                IntStream.range(0, channels).map(i -> start + i * step).toArray());
    }

    private @Nullable ClippedNormals concatenated(Op.Concat concat, Node node) {
        ClippedNormals result = null;
        for (String input : node.inputs()) {
            ClippedNormals next = operand(input, node.output());
            if (next == null) {
                return null;
            }
            result = result == null ? next : result.concat(next);
        }
        return result == null || concat.axis() == 1 ? result : mixed(result, channels(graph.shape(node.output())));
    }

    private static ClippedNormals padded(Op.Pad pad, ClippedNormals input) {
        if (pad.before().size() < 2) {
            return input;
        }
        ClippedNormals result = input;
        if (pad.before().get(1) > 0) {
            result = constant(pad.value(), pad.before().get(1), input).concat(result);
        }
        if (pad.after().get(1) > 0) {
            result = result.concat(constant(pad.value(), pad.after().get(1), input));
        }
        return result;
    }

    private static ClippedNormals constant(double value, int channels, ClippedNormals neighbours) {
        double[] mean = new double[channels];
        Arrays.fill(mean, value);
        return ClippedNormals.of(mean, new double[channels])
                .clip(Math.min(value, neighbours.low()), Math.max(value, 0));
    }

    /** Every channel as the mixture of all. */
    private static ClippedNormals mixed(ClippedNormals input, int channels) {
        Moments moments = input.moments();
        double mean = 0;
        double squares = 0;
        double high = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < moments.channels(); c++) {
            mean += moments.mean(c) / moments.channels();
            squares += (moments.variance(c) + moments.mean(c) * moments.mean(c)) / moments.channels();
            high = Math.max(high, input.high(c));
        }
        double deviation = Math.sqrt(Math.max(0, squares - mean * mean));
        return ClippedNormals.of(new double[] {mean}, new double[] {deviation})
                .clip(input.low(), high)
                .select(new int[channels]);
    }
}
