package dev.octavo.tools.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.tools.evaluate.Classifier;
import dev.octavo.tools.evaluate.Evaluation;
import dev.octavo.tools.evaluate.Evaluator;
import dev.octavo.tools.evaluate.ModelClassifier;
import dev.octavo.tools.options.StatisticsSource;
import dev.octavo.tools.quantize.WeightScope;
import dev.octavo.tools.tasks.PictureInput;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data-free conversion of trained networks: how close integers come to float, and that all tiers agree to the byte. */
class RealNetworksTest {
    /** Bounds lie a little below what was measured, so that a change which costs accuracy is seen. */
    @ParameterizedTest
    @CsvSource({
        "resnet20, 8, 500, 31.5, 0.985, 0.006",
        "resnet20, 7, 250, 26.6, 0.97, 0.02",
        "resnet20, 6, 250, 21.3, 0.96, 0.02",
        "resnet20, 4, 250, 11.0, 0.92, 0.04",
        "resnet56, 8, 250, 28.5, 0.985, 0.008",
        "resnet56, 4, 250, 9.2, 0.9, 0.05",
        "mobilenet_v1, 8, 150, 20.7, 0.94, 0.03",
        "mobilenet_v1, 6, 100, 9.6, 0.83, 0.08",
        "mnist, 8, 2000, 37, 0.998, 0.002"
    })
    void integersStayCloseToFloat(String name, int bits, int images, double sqnrDb, double agreement, double loss) {
        RealNetwork network = RealNetwork.of(name);
        assertClose(evaluate(network, network.options(bits), images), sqnrDb, agreement, loss);
    }

    @ParameterizedTest
    @CsvSource({
        "resnet20, true, TENSOR, 250, 27.1, 0.97, 0.015",
        "resnet56, true, TENSOR, 150, 23.8, 0.97, 0.02",
        "mobilenet_v1, true, TENSOR, 100, 15.3, 0.91, 0.04",
        "mobilenet_v1, false, CHANNEL, 100, 23.5, 0.95, 0.03"
    })
    void signedActivationsAndScalesOfChannelsToo(
            String name, boolean signed, WeightScope scope, int images, double sqnrDb, double agreement, double loss) {
        RealNetwork network = RealNetwork.of(name);
        ConversionOptions options = network.options(8);
        options = options.with(
                options.quantization().withSignedActivations(signed).withScope(scope));
        assertClose(evaluate(network, options, images), sqnrDb, agreement, loss);
    }

    @ParameterizedTest
    @CsvSource({"resnet20, 31, 0.98, 0.006", "resnet56, 28.5, 0.98, 0.006"})
    void batchNormalizationsAloneSufficeAtEightBits(String name, double sqnrDb, double agreement, double loss) {
        RealNetwork network = RealNetwork.of(name);
        ConversionOptions options = network.options(8);
        options = options.with(options.quantization().withStatistics(new StatisticsSource.Analytic()));
        assertClose(evaluate(network, options, 250), sqnrDb, agreement, loss);
    }

    private static void assertClose(Evaluation evaluation, double sqnrDb, double agreement, double loss) {
        assertThat(evaluation.sqnrDb().orElseThrow()).isGreaterThanOrEqualTo(sqnrDb);
        assertThat(evaluation.agreement().orElseThrow()).isGreaterThanOrEqualTo(agreement);
        assertThat(evaluation.top1())
                .isGreaterThanOrEqualTo(evaluation.referenceTop1().orElseThrow() - loss);
    }

    private static Evaluation evaluate(RealNetwork network, ConversionOptions options, int images) {
        var graph = network.graph();
        try (Model integers = Model.of(Converter.convert(graph, options).model());
                Model floats = Model.of(Converter.inFloat(graph));
                Classifier quantized =
                        ModelClassifier.create(integers, network.preprocessing(), SessionOptions.defaults());
                Classifier reference =
                        ModelClassifier.create(floats, network.preprocessing(), SessionOptions.defaults())) {
            return Evaluator.evaluate(
                    quantized,
                    Optional.of(reference),
                    network.pictures().limit(images),
                    (index, picture, logits, expected) -> {});
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet20", "resnet56", "mobilenet_v1", "mnist"})
    void everyTierComputesTheSameBytesInEveryLayer(String name) {
        RealNetwork network = RealNetwork.of(name);
        ModelDefinition model =
                Converter.convert(network.graph(), network.options(8)).model();
        List<byte[]> expected = layers(network, model, KernelSets.byName("scalar"));
        for (KernelSet kernels : KernelSets.usable()) {
            List<byte[]> actual = layers(network, model, kernels);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i))
                        .as(
                                "%s kernels, %s",
                                kernels.name(), model.operations().get(i).name())
                        .isEqualTo(expected.get(i));
            }
        }
    }

    /** Every tensor that a model computes from its first picture. */
    private static List<byte[]> layers(RealNetwork network, ModelDefinition model, KernelSet kernels) {
        List<Integer> computed =
                model.operations().stream().map(OperationDefinition::output).toList();
        ModelDefinition observed = model.withOutputs(computed);
        try (Model opened = Model.of(observed);
                Session session = opened.newSession(SessionOptions.defaults().withKernels(kernels))) {
            PictureInput input = PictureInput.of(opened);
            assertThat(input.type()).isEqualTo(ElementType.UINT8);
            Tensor picture = Tensor.allocate(input.type(), input.shape());
            network.preprocessing()
                    .toBytes(network.pictures().picture(0), input.width(), input.height(), picture.segment(), 0);
            List<byte[]> bytes = new ArrayList<>();
            for (Tensor tensor : session.run(List.of(picture))) {
                bytes.add(tensor.segment().toArray(ValueLayout.JAVA_BYTE));
            }
            return bytes;
        }
    }

    @Test
    void theSameConversionGivesTheSameFile(@TempDir Path folder) throws IOException {
        RealNetwork network = RealNetwork.of("resnet20");
        Path first = folder.resolve("first.octavo");
        Path second = folder.resolve("second.octavo");
        ModelWriter.write(Converter.convert(network.graph(), network.options(8)).model(), first);
        ModelWriter.write(Converter.convert(network.graph(), network.options(8)).model(), second);
        assertThat(Files.readAllBytes(first)).isEqualTo(Files.readAllBytes(second));
    }
}
