package dev.octavo.tools.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.options.StatisticsSource;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixedPrecisionTest {
    @TempDir
    private Path folder;

    private static Conversion convert(double average, int most, boolean analytic) {
        QuantizationOptions options = QuantizationOptions.forBits(most, 8);
        options = options.withWeights(options.weights().withAverageBits(average));
        if (analytic) {
            options = options.withStatistics(new StatisticsSource.Analytic());
        }
        return Converter.convert(
                OnnxReader.read(DemoModel.onnx(), "signs"),
                ConversionOptions.forBits(8).with(options));
    }

    private static List<Integer> bits(Conversion conversion) {
        return conversion.layers().stream().map(LayerReport::weightBits).toList();
    }

    @ParameterizedTest
    @CsvSource({"4, 8, false", "3.3, 8, false", "5, 6, false", "4, 8, true", "2, 8, true"})
    void keepsToTheAverageAndTheMost(double average, int most, boolean analytic) {
        Conversion conversion = convert(average, most, analytic);
        long weights = 0;
        long spent = 0;
        for (LayerReport layer : conversion.layers()) {
            int largest = (1 << (layer.weightBits() - 1)) - 1;
            byte[] values = conversion
                    .graph()
                    .layer(layer.name())
                    .orElseThrow()
                    .weights()
                    .values();
            for (byte value : values) {
                assertThat((int) value).isBetween(-largest, largest);
            }
            weights += values.length;
            spent += (long) layer.weightBits() * values.length;
        }
        assertThat(spent / (double) weights).isBetween(average - 0.75, average);
        assertThat(bits(conversion)).allSatisfy(bits -> assertThat(bits).isBetween(2, most));
    }

    @Test
    void layersDiffer() {
        assertThat(new HashSet<>(bits(convert(4, 8, false)))).hasSizeGreaterThan(2);
        assertThat(bits(convert(8, 8, false))).containsOnly(8);
    }

    @Test
    void isTheSameOnEveryNumberOfThreads() throws Exception {
        Path first = folder.resolve("first.octavo");
        ModelWriter.write(convert(4, 8, false).model(), first);
        Path second = folder.resolve("second.octavo");
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            // Parallel streams run in the pool of the thread that starts them.
            ModelWriter.write(pool.submit(() -> convert(4, 8, false)).get().model(), second);
        }
        assertThat(second).hasSameBinaryContentAs(first);
        try (Model model = Model.load(first)) {
            assertThat(model.settings()).containsEntry("quantization.weights.averageBits", "4.0");
        }
    }

    @Test
    void anAverageBeyondTheMostIsRefused() {
        assertThatThrownBy(() -> convert(7, 6, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must lie in [2, 6]")
                .hasMessageContaining("7");
    }
}
