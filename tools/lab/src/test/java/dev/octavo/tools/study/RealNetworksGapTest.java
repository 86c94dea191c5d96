package dev.octavo.tools.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.TestData;
import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.simulate.FakeQuantization;
import dev.octavo.tools.vision.Preprocessing;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trained networks in integers against fake quantization, by the default recipe. */
class RealNetworksGapTest {
    @ParameterizedTest
    @CsvSource({
        "cifar10_resnet20, images/cifar10/test_0000-0499.bin, 100, 123.675 116.28 103.53, 58.395 57.12 57.375, 1",
        "cifar10_resnet56, images/cifar10/test_0000-0499.bin, 40, 123.675 116.28 103.53, 58.395 57.12 57.375, 1",
        "mobilenet_v1_0.75_224, images/imagenet, 12, 127.5 127.5 127.5, 127.5 127.5 127.5, 0.875"
    })
    void integersEqualFakeQuantization(String model, String data, int images, String mean, String std, double crop) {
        Graph graph = OnnxReader.read(TestData.require("models/" + model + ".onnx"));
        Preprocessing preprocessing = new Preprocessing(numbers(mean), numbers(std), crop);
        Graph folded = Converter.folded(graph);
        StudyPictures pictures = StudyPictures.of(
                folded, preprocessing, LabelledData.open(TestData.require(data)).limit(images));
        Networks networks = new Networks(folded, preprocessing, pictures);
        Conversion conversion = Converter.convert(
                graph,
                ConversionOptions.forBits(8)
                        .withNormalisation(
                                preprocessing.mean().stream()
                                        .map(Double::floatValue)
                                        .toList(),
                                preprocessing.std().stream()
                                        .map(Double::floatValue)
                                        .toList()));
        Measurement gap = Measurement.of(
                networks.integers(conversion.model()),
                networks.fake(FakeQuantization.of(conversion.graph()), conversion.graph()),
                pictures.labels());
        assertThat(gap.agreement()).isGreaterThanOrEqualTo(0.999);
        assertThat(gap.sqnrDb()).isGreaterThanOrEqualTo(45);
    }

    private static List<Double> numbers(String text) {
        return List.of(text.split(" ")).stream().map(Double::valueOf).toList();
    }
}
