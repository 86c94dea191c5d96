package dev.octavo.tools.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.tools.graph.ChannelStatistics;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.quantize.InputCovariance;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantize.ValueObservation;
import dev.octavo.tools.quantizer.Measurements;
import dev.octavo.tools.quantizer.Samples;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticForwardTest {
    private static final InputEncoding PIXELS =
            new InputEncoding.Pixels(PixelInput.of(new double[] {120, 110, 100}, new double[] {60, 60, 60}));

    private static FloatTensor random(Random random, int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.02 * random.nextGaussian());
        }
        return FloatTensor.of(shape, values);
    }

    private static Graph network() {
        Random random = new Random(1);
        Window window = new Window(ConvolutionShape.of(3, 3), 1, 1, 1, 1);
        Op first = new Op.Convolution(window, random(random, 8, 3, 3, 3), FloatTensor.zeros(8), Clamp.NONE);
        Op second = new Op.Convolution(window, random(random, 4, 8, 3, 3), FloatTensor.zeros(4), Clamp.of(0, 6));
        return Graph.create("two layers")
                .batchable(true)
                .input("x", 1, 3, 12, 12)
                .node(new Node("first", first, List.of("x"), "a"), 1, 8, 12, 12)
                .node(new Node("second", second, List.of("a"), "b"), 1, 4, 12, 12)
                .output("b")
                .build();
    }

    private static Measurements measure(long seed, Map<String, ChannelStatistics> normalized) {
        return new SyntheticForward(seed, 16).measure(network(), PIXELS, normalized, ConversionListener.none());
    }

    private static ValueObservation value(Measurements measurements, String name) {
        return Objects.requireNonNull(measurements.values().get(name));
    }

    @Test
    void normalizedLayersHaveTheirStatistics() {
        double[] mean = {1, 2, 3, 4, -1, -2, 0, 0};
        double[] deviation = {1, .5, 2, 0, 1e-3, 1, 3, 5};
        Measurements measurements = measure(1, Map.of("first", new ChannelStatistics(mean, deviation)));
        ValueObservation first = value(measurements, "a");
        for (int c = 0; c < 8; c++) {
            assertThat(first.mean()[c]).isCloseTo(mean[c], within(1e-4));
            assertThat(Math.sqrt(first.variance()[c])).isCloseTo(deviation[c], within(1e-3));
        }
        assertThat(value(measurements, "b").min()).isZero();
        assertThat(value(measurements, "x").min()).isGreaterThanOrEqualTo(-120);
        assertThat(value(measurements, "x").max()).isLessThanOrEqualTo(155);
    }

    @Test
    void seedsRepeatAndDiffer() {
        ChannelStatistics statistics = new ChannelStatistics(new double[4], new double[] {1, 1, 2, 2});
        float[] samples = value(measure(5, Map.of("second", statistics)), "b").samples();
        assertThat(value(measure(5, Map.of("second", statistics)), "b").samples())
                .containsExactly(samples);
        assertThat(value(measure(6, Map.of("second", statistics)), "b").samples())
                .isNotEqualTo(samples);
    }

    @Test
    void networksWithoutNormalizationsAreMeasuredToo() {
        assertThat(measure(1, Map.of()).values()).containsOnlyKeys("x", "a", "b");
        assertThat(measure(1, Map.of()).inputs()).containsOnlyKeys("first", "second");
    }

    @Test
    void layersWithoutNormalizationAreSampled() {
        Samples samples = sample(Map.of("second", new ChannelStatistics(new double[4], new double[] {1, 1, 2, 2})));
        assertThat(samples.statistics()).containsOnlyKeys("a");
        assertThat(samples.contradicted()).isEmpty();
        ChannelStatistics first = Objects.requireNonNull(samples.statistics().get("a"));
        ValueObservation seen = value(measure(1, Map.of()), "a");
        for (int c = 0; c < 8; c++) {
            assertThat(first.mean()[c]).isCloseTo(seen.mean()[c], within(1e-4));
            assertThat(first.deviation()[c]).isCloseTo(Math.sqrt(seen.variance()[c]), within(1e-4));
            assertThat(first.least()[c]).isLessThan(first.mean()[c]);
            assertThat(first.greatest()[c]).isGreaterThan(first.mean()[c]);
        }
    }

    /** A variance of 0 in a channel that varies as much as the others cannot be true. */
    @Test
    void normalizationsThatContradictTheNetworkAreNotBelieved() {
        double[] deviation = {40, 40, 0, 40, 40, 40, 40, 40};
        Samples samples = sample(Map.of("first", new ChannelStatistics(new double[8], deviation)));
        assertThat(samples.contradicted()).containsExactly(Map.entry("first", 1));
        ChannelStatistics first = Objects.requireNonNull(samples.statistics().get("a"));
        assertThat(first.deviation()[2]).isGreaterThan(4);
        assertThat(first.seen(2)).isTrue();
        assertThat(first.seen(1)).isFalse();
        assertThat(first.deviation()[1]).isEqualTo(40);
    }

    private static Samples sample(Map<String, ChannelStatistics> normalized) {
        return new SyntheticForward(1, 16).sample(network(), PIXELS, normalized, ConversionListener.none());
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 2, 1, 1", "1, 1, 1, 0, 1", "3, 3, 1, 1, 4", "3, 1, 1, 0, 2"})
    void covarianceIsThatOfTheValuesUnderTheWindow(int height, int width, int stride, int pad, int groups) {
        Random random = new Random(7);
        int channels = 4;
        int side = 6;
        FloatBatch input = FloatBatch.of(2, new int[] {1, channels, side, side}, new float[2 * channels * side * side]);
        for (int i = 0; i < input.values().length; i++) {
            input.values()[i] = (float) (i % channels + random.nextGaussian());
        }
        Window window = new Window(
                ConvolutionShape.of(height, width).withStride(stride, stride).withGroups(groups), pad, pad, pad, pad);
        int perGroup = channels / groups;
        Op.Layer layer = new Op.Convolution(
                window, FloatTensor.zeros(8, perGroup, height, width), FloatTensor.zeros(8), Clamp.NONE);
        InputCovariance covariance = CovarianceObserver.of(layer, input, 1);
        int size = perGroup * height * width;
        assertThat(covariance.blockSize()).isEqualTo(size);
        assertThat(covariance.blocks()).hasDimensions(groups, size * size);
        int outputs = window.outputHeight(side) * window.outputWidth(side);
        float[] ordered = input.ordered();
        for (int group = 0; group < groups; group++) {
            double[][] rows = new double[2 * outputs][size];
            for (int row = 0; row < rows.length; row++) {
                int top = row % outputs / window.outputWidth(side) * stride - pad;
                int left = row % outputs % window.outputWidth(side) * stride - pad;
                for (int i = 0; i < size; i++) {
                    int y = top + i % (height * width) / width;
                    int x = left + i % width;
                    int channel = group * perGroup + i / (height * width);
                    boolean inside = y >= 0 && y < side && x >= 0 && x < side;
                    rows[row][i] = inside ? ordered[((row / outputs * channels + channel) * side + y) * side + x] : 0;
                }
            }
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    assertThat((double) covariance.blocks()[group][i * size + j])
                            .isCloseTo(covariance(rows, i, j), within(1e-4));
                }
            }
        }
    }

    private static double covariance(double[][] rows, int i, int j) {
        double meanI = Arrays.stream(rows).mapToDouble(row -> row[i]).average().orElseThrow();
        double meanJ = Arrays.stream(rows).mapToDouble(row -> row[j]).average().orElseThrow();
        return Arrays.stream(rows)
                .mapToDouble(row -> (row[i] - meanI) * (row[j] - meanJ))
                .average()
                .orElseThrow();
    }
}
