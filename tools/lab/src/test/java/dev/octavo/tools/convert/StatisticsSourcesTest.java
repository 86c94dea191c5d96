package dev.octavo.tools.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.DistillationRecipe;
import dev.octavo.tools.options.FidelityOptions;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.options.StatisticsSource;
import dev.octavo.tools.progress.ConversionStage;
import dev.octavo.tools.quantize.ObservedRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversions of the demo's network with activations from different sources. */
class StatisticsSourcesTest {
    @TempDir
    private Path folder;

    private Graph network() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        return OnnxReader.read(onnx);
    }

    private static ConversionOptions from(StatisticsSource source) {
        return ConversionOptions.forBits(8)
                .withFidelity(FidelityOptions.none())
                .with(QuantizationOptions.forBits(8).withStatistics(source).withRanges(new ObservedRange.MinMax()));
    }

    private static Map<String, Float> scales(Conversion conversion) {
        Map<String, Float> scales = new TreeMap<>();
        conversion.model().tensors().forEach(tensor -> scales.put(tensor.name(), tensor.scale()));
        return scales;
    }

    @Test
    void distilledImagesAreObserved() throws IOException {
        Graph graph = network();
        ConversionOptions distilled = from(new StatisticsSource.Distilled(DistillationRecipe.ZEROQ, 2, 3, 1));
        List<String> heard = new ArrayList<>();
        Conversion conversion = Converter.convert(graph, distilled, (stage, done, total) -> {
            if (stage == ConversionStage.MEASURING) {
                heard.add(done + "/" + total);
            }
        });
        assertThat(heard).containsSubsequence("1/3", "2/3", "3/3", "2/2");
        assertThat(scales(conversion)).isEqualTo(scales(Converter.convert(graph, distilled)));
        assertThat(scales(conversion))
                .isNotEqualTo(scales(Converter.convert(
                        graph, from(new StatisticsSource.Distilled(DistillationRecipe.ZEROQ, 2, 3, 2)))))
                .isNotEqualTo(scales(Converter.convert(graph, from(new StatisticsSource.Synthetic(1, 2)))));
    }

    @Test
    void onlyNetworksOfPicturesAreCalibrated() throws IOException {
        Graph graph = network();
        ConversionOptions options = from(new StatisticsSource.Calibration(folder, 1));
        assertThatThrownBy(() -> Converter.convert(graph, options.withInputRange(new ConversionOptions.Range(0, 1))))
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("takes no pictures");
    }
}
