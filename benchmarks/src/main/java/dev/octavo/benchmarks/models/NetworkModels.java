package dev.octavo.benchmarks.models;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.FidelityOptions;
import dev.octavo.tools.options.StatisticsSource;
import java.util.List;

/** The networks as graphs and as int8 models, converted alike wherever they are measured. */
public final class NetworkModels {
    /**
     * The mean of every channel of a picture, on the scale 0..255: a picture's code of it is the 0 of the normalised image,
     * so that other runtimes quantize the image to the same codes with one scale and one zero point.
     */
    public static final float MEAN = 128;

    /** The deviation: a picture holds [−3.2, 3.175], which is nearly all of a {@link SyntheticImage}. */
    public static final float STD = 40;

    private NetworkModels() {}

    /** The float graph of a network. */
    public static Graph graph(Architecture architecture) {
        return OnnxReader.read(architecture.onnx(WriteModels.SEED).toByteArray(), architecture.id() + ".onnx");
    }

    /**
     * How graphs are converted: from their statistics alone. Random weights have no accuracy to keep, and how fast they run
     * does not depend on how they were rounded.
     *
     * @param bits of weights and activations
     */
    public static ConversionOptions options(int bits) {
        ConversionOptions options = ConversionOptions.forBits(bits)
                .withNormalisation(List.of(MEAN), List.of(STD))
                .withFidelity(FidelityOptions.none());
        return options.with(options.quantization().withStatistics(new StatisticsSource.Analytic()));
    }

    /** A graph in 8 bits. */
    public static ModelDefinition int8(Graph graph) {
        return Converter.convert(graph, options(8)).model();
    }
}
