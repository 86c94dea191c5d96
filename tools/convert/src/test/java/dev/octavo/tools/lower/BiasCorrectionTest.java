package dev.octavo.tools.lower;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.Tensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.options.BiasCorrectionRule;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.passes.Passes;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantize.WeightRounding;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.quantizer.Quantizer;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.simulate.ImageSource;
import dev.octavo.tools.simulate.ObservedForward;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How far the mean of each output of integer models is from that of the float model, on the pictures they were made with. */
class BiasCorrectionTest {
    private static final PixelInput PIXELS = PixelInput.of(CalibratedNetwork.MEAN, CalibratedNetwork.STD);

    private static ImageSource source(List<Tensor> pictures) {
        return new ImageSource() {
            @Override
            public int count() {
                return pictures.size();
            }

            @Override
            public Stream<FloatBatch> batches(int[] shape, InputEncoding encoding) {
                int perImage = shape[1] * shape[2] * shape[3];
                float[] values = new float[pictures.size() * perImage];
                for (int i = 0; i < values.length; i++) {
                    values[i] = pictures.get(i / perImage).get(i % perImage) - PIXELS.padPixel(i % 3);
                }
                return Stream.of(FloatBatch.of(pictures.size(), shape, values));
            }
        };
    }

    private static double meanError(CalibratedNetwork network, Graph graph, BiasCorrectionRule rule) {
        QuantizationOptions options = QuantizationOptions.forBits(4)
                .withRounding(WeightRounding.NEAREST)
                .withBiasCorrection(rule);
        List<Tensor> pictures = network.testPictures();
        QuantizedGraph quantized = Quantizer.of(options, new ObservedForward(source(pictures)))
                .quantize(Passes.apply(graph, Passes.folding()), new InputEncoding.Pixels(PIXELS));
        List<float[]> expected = CalibratedNetwork.runFloat(graph, pictures);
        List<float[]> actual =
                CalibratedNetwork.run(QuantizedLowering.lower(quantized, CalibratedNetwork.metadata()), pictures);
        int channels = graph.shape(graph.outputs().getFirst())[1];
        int positions = expected.getFirst().length / channels;
        double error = 0;
        for (int c = 0; c < channels; c++) {
            double difference = 0;
            for (int n = 0; n < pictures.size(); n++) {
                for (int p = c * positions; p < (c + 1) * positions; p++) {
                    difference += actual.get(n)[p] - expected.get(n)[p];
                }
            }
            double mean = difference / (pictures.size() * positions);
            error += mean * mean;
        }
        return Math.sqrt(error / channels);
    }

    @Test
    void eachRuleComesCloserToTheMean() {
        var network = new CalibratedNetwork(23)
                .convolution("a", "picture", 10, 3, 1, false)
                .clip("ra", "a", 0, Float.POSITIVE_INFINITY)
                .convolution("d", "ra", 10, 3, 1, true)
                .clip("rd", "d", 0, 6)
                .convolution("p", "rd", 12, 1, 1, false)
                .clip("rp", "p", 0, Float.POSITIVE_INFINITY)
                .convolution("q", "rp", 6, 1, 1, false);
        Graph graph = network.output("q");
        double none = meanError(network, graph, BiasCorrectionRule.NONE);
        double measured = meanError(network, graph, BiasCorrectionRule.MEASURED);
        assertThat(meanError(network, graph, BiasCorrectionRule.ANALYTIC)).isLessThan(none);
        assertThat(measured).isLessThan(none);
        assertThat(meanError(network, graph, BiasCorrectionRule.SEQUENTIAL)).isLessThan(0.6 * measured);
    }
}
