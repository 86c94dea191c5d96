package dev.octavo.tools.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.TestData;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.tasks.PictureInput;
import dev.octavo.tools.vision.Preprocessing;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks with several outputs, resampling and concatenations: every output in integers follows that in float. */
class DetectorsTest {
    @ParameterizedTest
    @CsvSource({"yolox_nano_416.onnx, 0, 1, 4", "ssd_mobilenet_v1_025_256.onnx, 127.5, 127.5, 16"})
    void integersFollowFloat(String file, float mean, float std, double leastSqnrDb) {
        Graph graph = OnnxReader.read(TestData.require("models/" + file));
        ConversionOptions options = ConversionOptions.forBits(8).withNormalisation(List.of(mean), List.of(std));
        Preprocessing preprocessing =
                new Preprocessing(Collections.nCopies(3, (double) mean), Collections.nCopies(3, (double) std), 1);
        var picture = LabelledData.open(TestData.require("images/imagenet")).picture(0);
        try (Model integers = Model.of(Converter.convert(graph, options).model());
                Model floats = Model.of(Converter.inFloat(graph));
                Session quantized = integers.newSession();
                Session reference = floats.newSession()) {
            PictureInput input = PictureInput.of(integers);
            Tensor bytes = Tensor.allocate(input.type(), input.shape());
            preprocessing.toBytes(picture, input.width(), input.height(), bytes.segment(), 0);
            Tensor reals = Tensor.allocate(ElementType.FLOAT32, 1, 3, input.height(), input.width());
            preprocessing.toFloats(picture, input.width(), input.height(), reals.segment(), 0);
            List<Tensor> actual = quantized.run(List.of(bytes));
            List<Tensor> expected = reference.run(List.of(reals));
            assertThat(actual).hasSameSizeAs(expected);
            for (int o = 0; o < expected.size(); o++) {
                assertThat(sqnrDb(expected.get(o), actual.get(o)))
                        .as("output %d", o)
                        .isGreaterThan(leastSqnrDb);
            }
        }
    }

    private static double sqnrDb(Tensor expected, Tensor actual) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < expected.elements(); i++) {
            double error = expected.get(i) - actual.get(i);
            signal += expected.get(i) * expected.get(i);
            noise += error * error;
        }
        return 10 * Math.log10(signal / noise);
    }
}
