package dev.octavo.tools.quantizer;

import dev.octavo.tools.equalization.AbsorbHighBias;
import dev.octavo.tools.equalization.EqualizeNoise;
import dev.octavo.tools.equalization.EqualizeRanges;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.layers.Layers;
import dev.octavo.tools.options.BiasCorrectionRule;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.options.Rewrites;
import dev.octavo.tools.options.WeightOptions;
import dev.octavo.tools.passes.FoldNormalization;
import dev.octavo.tools.passes.FreezeDeadChannels;
import dev.octavo.tools.passes.LimitWeights;
import dev.octavo.tools.passes.Pass;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.passes.PropagateStatistics;
import dev.octavo.tools.passes.Relu6ToRelu;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import dev.octavo.tools.quantize.IntegerRange;
import dev.octavo.tools.quantize.Moments;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantize.ValueObservation;
import dev.octavo.tools.quantize.WeightScope;
import dev.octavo.tools.statistics.InputEncoding;
import dev.octavo.tools.statistics.ValueModels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Turns a float network into integers without any data. What its activations look like is known from its batch
 * normalizations, and propagated from there.
 */
public final class Quantizer {
    private static final IntegerRange PIXELS = IntegerRange.unsigned(8);

    private final QuantizationOptions options;
    private final Measurer measurer;
    private final ConversionListener listener;

    private Quantizer(QuantizationOptions options, Measurer measurer, ConversionListener listener) {
        this.options = options;
        this.measurer = measurer;
        this.listener = listener;
    }

    /** With the given options, and with what finds out about activations. */
    public static Quantizer of(QuantizationOptions options, Measurer measurer) {
        return of(options, measurer, ConversionListener.none());
    }

    /** Returns a quantizer that reports passes, nodes and layers to {@code listener}. */
    public static Quantizer of(QuantizationOptions options, Measurer measurer, ConversionListener listener) {
        return new Quantizer(options, measurer, listener);
    }

    /**
     * Quantizes a graph that {@link Passes#folding} has prepared. The same graph and options always give the same integers.
     *
     * @param input how the network will be given its input; a graph whose input is no feature map, or is not
     *     read by layers alone, takes real numbers where pixels are asked for
     * @throws GraphException if the options name a layer or a value that the graph does not have
     */
    public QuantizedGraph quantize(Graph graph, InputEncoding input) {
        return prepare(graph, input).quantize();
    }

    /** A graph for which everything is known that integers are chosen by. */
    public final class Preparation {
        private final Prepared prepared;

        private Preparation(Prepared prepared) {
            this.prepared = prepared;
        }

        /** Chooses integers, with the layers in float that the options name. */
        public QuantizedGraph quantize() {
            return quantize(options.floatLayers());
        }

        /** Chooses integers for all layers but some. */
        public QuantizedGraph quantize(Set<String> floatLayers) {
            return chooseIntegers(prepared, floatLayers);
        }

        /** Returns a graph that came of this preparation with more layers in float; all others keep their integers. */
        public QuantizedGraph without(QuantizedGraph all, Set<String> layers) {
            return all.without(layers, encodings(prepared, joined(options.floatLayers(), layers)));
        }

        /**
         * Returns the names of the layers without whose rounding, each by itself, the outputs have the least noise, on the inputs
         * of the measurer.
         *
         * @param count of such layers
         */
        public List<String> worst(int count) {
            QuantizedGraph all = quantize();
            Map<String, Double> noise = new LinkedHashMap<>();
            List<String> candidates = prepared.graph.nodes().stream()
                    .map(Node::name)
                    .filter(name -> all.layer(name).isPresent())
                    .toList();
            for (String candidate : candidates) {
                listener.progressed(ConversionStage.RANKING, noise.size(), candidates.size());
                noise.put(candidate, prepared.measurements.repetition().outputNoise(without(all, Set.of(candidate))));
            }
            listener.progressed(ConversionStage.RANKING, candidates.size(), candidates.size());
            return candidates.stream()
                    .sorted(Comparator.comparing(noise::get))
                    .limit(count)
                    .toList();
        }

        /**
         * Returns names of layers of which some channels vary though their batch normalization calls them constant, and how many
         * of them.
         */
        public Map<String, Integer> contradicted() {
            return prepared.contradicted;
        }
    }

    /**
     * Finds out what integers are chosen by.
     *
     * @param input as for {@link #quantize}
     * @throws GraphException if the options name a layer or a value that the graph does not have
     */
    public Preparation prepare(Graph graph, InputEncoding input) {
        return new Preparation(known(graph, input));
    }

    private static Set<String> joined(Set<String> names, Collection<String> others) {
        Set<String> all = new HashSet<>(names);
        all.addAll(others);
        return all;
    }

    /** What does not depend on which layers stay in float. */
    private record Prepared(
            Graph graph,
            InputEncoding input,
            ValueModels models,
            Measurements measurements,
            Set<String> normalized,
            Map<String, Integer> contradicted) {}

    private Prepared known(Graph graph, InputEncoding input) {
        Layers.checkNames(graph, options.floatLayers());
        checkScales(graph, input);
        InputEncoding encoding = input;
        List<Pass> passes = new ArrayList<>();
        if (input instanceof InputEncoding.Pixels pixels) {
            if (FoldNormalization.applicable(graph)
                    && graph.shape(graph.inputs().getFirst()).length == 4) {
                passes.add(new FoldNormalization(pixels.normalisation()));
            } else {
                encoding = pixels.normalised();
            }
        }
        Graph plain = Passes.apply(graph, passes);
        Samples samples = measurer.sample(plain, encoding, normalized(graph, plain), listener);
        Graph known = with(plain, samples);
        Graph ready = Passes.apply(known, rewrites(encoding), listener);
        Map<String, ChannelStatistics> normalized = normalized(graph, ready);
        Measurements measurements = measurer.measure(ready, encoding, normalized, listener);
        Set<String> layers = new HashSet<>(normalized.keySet());
        layers.removeIf(name -> sampled(ready, name, samples));
        return new Prepared(
                ready,
                encoding,
                ValueModels.of(ready, encoding),
                measurements,
                NormalizedValues.of(ready, layers),
                samples.contradicted());
    }

    private static Graph with(Graph graph, Samples samples) {
        Graph.Editor editor = graph.edit();
        for (Node node : graph.nodes()) {
            ChannelStatistics statistics = samples.statistics().get(node.output());
            if (statistics != null) {
                editor.statistics(node.output(), statistics);
            }
        }
        return editor.build();
    }

    private static boolean sampled(Graph graph, String layer, Samples samples) {
        return graph.nodes().stream()
                .anyMatch(node -> node.name().equals(layer)
                        && samples.statistics().containsKey(node.output())
                        && !samples.contradicted().containsKey(layer));
    }

    private void checkScales(Graph graph, InputEncoding input) {
        Set<String> given = options.activations().scales().keySet();
        Layers.checkValues(graph, given);
        graph.inputs().stream()
                .filter(name -> given.contains(name) && input instanceof InputEncoding.Pixels)
                .findFirst()
                .ifPresent(name -> {
                    throw new GraphException(graph.name() + ": '" + name
                            + "' is the picture, whose pixels are taken as they are; give no scale for it");
                });
    }

    /** The statistics, as they are now, of the layers that had some before any were propagated. */
    private static Map<String, ChannelStatistics> normalized(Graph before, Graph now) {
        Map<String, ChannelStatistics> normalized = new LinkedHashMap<>();
        for (Node node : now.nodes()) {
            if (node.op() instanceof Op.Layer
                    && before.statistics(node.output()).isPresent()) {
                now.statistics(node.output()).ifPresent(known -> normalized.put(node.name(), known));
            }
        }
        return normalized;
    }

    private List<Pass> rewrites(InputEncoding input) {
        Rewrites rewrites = options.rewrites();
        List<Pass> passes = new ArrayList<>();
        if (rewrites.freezeDeadChannels()) {
            passes.add(new FreezeDeadChannels());
        }
        if (rewrites.relu6ToRelu()) {
            passes.add(new Relu6ToRelu());
        }
        passes.add(new PropagateStatistics(input));
        switch (options.equalization()) {
            case NSRE ->
                passes.add(new EqualizeNoise(
                        input,
                        options.activations().nonNegativeGrid(),
                        options.activations().signedGrid(),
                        options.weights().grid()));
            case CLE -> passes.add(new EqualizeRanges());
            case AUTO, NONE -> {}
        }
        if (rewrites.absorbHighBias()) {
            passes.add(new AbsorbHighBias());
        }
        rewrites.weightLimit().ifPresent(limit -> passes.add(new LimitWeights(limit)));
        return passes;
    }

    private Map<String, TensorEncoding> encodings(Prepared prepared, Set<String> floatLayers) {
        Map<String, TensorEncoding> encodings = Encodings.choose(
                prepared.graph,
                prepared.models,
                prepared.measurements,
                prepared.normalized,
                options.withFloatLayers(floatLayers));
        if (prepared.input instanceof InputEncoding.Pixels) {
            encodings.put(prepared.graph.inputs().getFirst(), new TensorEncoding(PIXELS, 1));
        }
        return encodings;
    }

    private QuantizedGraph chooseIntegers(Prepared prepared, Set<String> floatLayers) {
        Graph graph = prepared.graph;
        ValueModels models = prepared.models;
        Measurements measurements = prepared.measurements;
        Map<String, TensorEncoding> encodings = encodings(prepared, floatLayers);
        PixelInput pixels = prepared.input instanceof InputEncoding.Pixels picture ? picture.normalisation() : null;
        List<Node> integerLayers = integerLayers(prepared, encodings, floatLayers);
        Map<String, Integer> bits = bits(graph, models, measurements, integerLayers);
        Set<Node> activated = Set.copyOf(FusedActivations.of(graph).layers().values());
        int total = integerLayers.size();
        Map<String, QuantizedLayer> layers = new LinkedHashMap<>();
        for (Node node : integerLayers) {
            listener.progressed(ConversionStage.ROUNDING, layers.size(), total);
            WeightOptions weights = options.weights()
                    .uniform(bits.getOrDefault(node.name(), options.weights().bits()));
            boolean perChannel = !options.activations().signed()
                    && weights.scope() == WeightScope.TENSOR
                    && activated.contains(node)
                    && !encodings.containsKey(node.output())
                    && FusedActivations.wantsScalePerChannel((Op.Layer) node.op());
            layers.put(
                    node.name(),
                    new LayerQuantizer(perChannel ? weights.withScope(WeightScope.CHANNEL) : weights)
                            .quantize(
                                    node,
                                    (Op.Layer) node.op(),
                                    options.biasCorrection() == BiasCorrectionRule.NONE
                                            ? null
                                            : inputs(node.input(), models, measurements),
                                    measurements.input(node.name()).orElse(null),
                                    Objects.requireNonNull(encodings.get(node.input())),
                                    graph.inputs().contains(node.input()) ? pixels : null,
                                    encodings.get(node.output()),
                                    node.inputs().size() > 1
                                            ? encodings.get(node.inputs().get(1))
                                            : null));
        }
        listener.progressed(ConversionStage.ROUNDING, total, total);
        QuantizedGraph quantized = new QuantizedGraph(graph, prepared.input, encodings, layers);
        if (options.biasCorrection() != BiasCorrectionRule.SEQUENTIAL) {
            return quantized;
        }
        measurements
                .repetition()
                .meanShift(quantized)
                .forEach((name, shift) -> layers.computeIfPresent(name, (key, layer) -> layer.shifted(shift)));
        return new QuantizedGraph(graph, prepared.input, encodings, layers);
    }

    private static List<Node> integerLayers(
            Prepared prepared, Map<String, TensorEncoding> encodings, Set<String> floatLayers) {
        return prepared.graph.nodes().stream()
                .filter(node -> node.op() instanceof Op.Layer layer
                        && !floatLayers.contains(node.name())
                        && encodings.keySet().containsAll(node.inputs())
                        && prepared.models.model(node.input()).isPresent()
                        && (encodings.containsKey(node.output())
                                || (node.inputs().size() == 1 && layer.clamp().none())))
                .toList();
    }

    /** The bits of layers, by name, where they are not the same for all. */
    private Map<String, Integer> bits(
            Graph graph, ValueModels models, Measurements measurements, List<Node> integerLayers) {
        if (options.weights().averageBits().isEmpty()) {
            return Map.of();
        }
        return new MixedPrecision(graph, models, value -> inputs(value, models, measurements), options.weights())
                .bits(integerLayers, options.weights().averageBits().getAsDouble());
    }

    /** The moments of what a layer reads, as they were measured unless biases are to be corrected without. */
    private Moments inputs(String value, ValueModels models, Measurements measurements) {
        Moments modelled = models.model(value).orElseThrow().moments();
        return options.biasCorrection() == BiasCorrectionRule.ANALYTIC
                ? modelled
                : measurements.value(value).map(ValueObservation::moments).orElse(modelled);
    }
}
