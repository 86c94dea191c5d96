package dev.octavo.benchmarks.jmh;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.WriteModels;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.passes.StatisticsSource;
import java.util.Arrays;
import java.util.List;

/** The models of networks by their ids. */
public final class NetworkModels {
    private NetworkModels() {}

    /** The float graph of a network. */
    public static Graph graph(String id) {
        Architecture architecture = Arrays.stream(Architecture.values())
                .filter(a -> a.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no network " + id));
        return OnnxReader.read(architecture.onnx(WriteModels.SEED).toByteArray(), id + ".onnx");
    }

    /** Pictures normalised to [−3.2, 3.2], which holds nearly all of a synthetic image. */
    static ModelDefinition int8(Graph graph) {
        ConversionOptions options = ConversionOptions.forBits(8).withNormalisation(List.of(127.5f), List.of(40f));
        return Converter.convert(
                        graph, options.with(options.quantization().withStatistics(new StatisticsSource.Analytic())))
                .model();
    }

    static ModelDefinition of(String id, String arithmetic) {
        return switch (arithmetic) {
            case "int8" -> int8(graph(id));
            case "float" -> Converter.inFloat(graph(id));
            default -> throw new IllegalArgumentException(arithmetic + " is neither int8 nor float");
        };
    }
}
