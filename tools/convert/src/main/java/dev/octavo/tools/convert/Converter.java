package dev.octavo.tools.convert;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.lower.FloatLowering;
import dev.octavo.tools.lower.FoldConstants;
import dev.octavo.tools.lower.QuantizedLowering;
import dev.octavo.tools.passes.Pass;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantizer.ImportedQuantizer;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Turns imported graphs into models. */
public final class Converter {
    private Converter() {}

    /**
     * An integer model of a graph, without any data.
     *
     * <p>An input [1, C, H, W] with 1 or 3 channels is taken for a picture; any other needs a range. A network that was
     * quantized elsewhere keeps its scales, takes the float input that it took, and needs no range.
     *
     * @throws GraphException if the graph cannot be quantized as asked
     */
    public static Conversion convert(Graph graph, ConversionOptions options) {
        return convert(graph, options, ConversionListener.none());
    }

    /**
     * Converts a graph and reports progress to {@code listener}; an exception from the listener ends the conversion.
     *
     * @throws GraphException if the graph cannot be quantized as asked
     */
    public static Conversion convert(Graph graph, ConversionOptions options, ConversionListener listener) {
        OptionalInt classes = classes(graph);
        if (!options.labels().isEmpty()
                && classes.isPresent()
                && options.labels().size() != classes.getAsInt()) {
            throw new GraphException(graph.name() + " knows " + classes.getAsInt() + " classes, but there are "
                    + options.labels().size() + " labels; give one for each class");
        }
        listener.rewritten("import", graph::dump);
        Graph folded = folded(graph, listener);
        if (ImportedQuantizer.applicable(folded)) {
            return imported(graph, folded, options);
        }
        return new FloatConversion(graph, folded, inputEncoding(folded, options), options, listener).run();
    }

    /** A network that was quantized elsewhere keeps its scales; what the options say of quantization has no effect. */
    private static Conversion imported(Graph graph, Graph folded, ConversionOptions options) {
        ImportedQuantizer.Result result = ImportedQuantizer.quantize(folded);
        Map<String, String> settings = Map.of("scales", "as in the ONNX file");
        return new Conversion(
                QuantizedLowering.lower(result.graph(), metadata(graph, options, settings)),
                result.graph(),
                LayerReport.of(result.graph()),
                result.adaptations(),
                ConversionReport.unchecked(List.of()));
    }

    /** Whether a graph says itself how it is quantized. */
    public static boolean isQuantized(Graph graph) {
        return ImportedQuantizer.applicable(graph);
    }

    /** The model of a graph in float: the baseline. Normalizations and activations are folded as far as they can be. */
    public static ModelDefinition inFloat(Graph graph) {
        return inFloat(graph, folded(graph));
    }

    static ModelDefinition inFloat(Graph graph, Graph folded) {
        return FloatLowering.lower(folded, metadata(graph, ConversionOptions.forBits(8), Map.of()));
    }

    /** A graph as its conversion begins: constants computed, normalizations, activations and residuals folded into layers. */
    public static Graph folded(Graph graph) {
        return folded(graph, ConversionListener.none());
    }

    private static Graph folded(Graph graph, ConversionListener listener) {
        List<Pass> passes = new ArrayList<>();
        passes.add(new FoldConstants());
        passes.addAll(Passes.folding());
        return Passes.apply(graph, passes, listener);
    }

    /** Returns how many classes a classifier knows: the elements of its only output [1, classes]; empty for other networks. */
    public static OptionalInt classes(Graph graph) {
        int[] shape = graph.shape(graph.outputs().getFirst());
        int elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        boolean vector = graph.outputs().size() == 1 && shape.length >= 2 && shape[0] == 1 && shape[1] == elements;
        return vector ? OptionalInt.of(elements) : OptionalInt.empty();
    }

    /** Whether a graph takes one picture. */
    public static boolean takesPicture(Graph graph) {
        if (graph.inputs().size() != 1) {
            return false;
        }
        int[] shape = graph.shape(graph.inputs().getFirst());
        return shape.length == 4 && (shape[1] == 1 || shape[1] == 3);
    }

    private static InputEncoding inputEncoding(Graph graph, ConversionOptions options) {
        if (options.inputRange().isPresent()) {
            ConversionOptions.Range range = options.inputRange().get();
            return new InputEncoding.Reals(range.low(), range.high(), options.inputKind());
        }
        if (!takesPicture(graph)) {
            throw new GraphException(graph.name() + ": the input "
                    + graph.inputs().stream()
                            .map(input -> input + Arrays.toString(graph.shape(input)))
                            .toList()
                    + " is no picture, so that its range is unknown: give it with --input-range LOW,HIGH");
        }
        ModelMetadata.Preprocessing preprocessing = options.preprocessing(channels(graph));
        return new InputEncoding.Pixels(PixelInput.of(doubles(preprocessing.mean()), doubles(preprocessing.std())));
    }

    static ModelMetadata metadata(Graph graph, ConversionOptions options, Map<String, String> settings) {
        ModelMetadata.Preprocessing preprocessing =
                takesPicture(graph) && options.inputRange().isEmpty()
                        ? options.preprocessing(channels(graph))
                        : new ModelMetadata.Preprocessing(List.of(), List.of(), options.crop());
        return new ModelMetadata(graph.name(), options.labels(), preprocessing, options.task(), settings);
    }

    private static int channels(Graph graph) {
        return graph.shape(graph.inputs().getFirst())[1];
    }

    private static double[] doubles(List<Float> values) {
        return values.stream().mapToDouble(Float::doubleValue).toArray();
    }
}
