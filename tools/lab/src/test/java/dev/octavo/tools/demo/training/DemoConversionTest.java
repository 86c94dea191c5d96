package dev.octavo.tools.demo.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.demo.DrawnSigns;
import dev.octavo.tools.evaluate.Classifier;
import dev.octavo.tools.evaluate.Evaluation;
import dev.octavo.tools.evaluate.Evaluator;
import dev.octavo.tools.evaluate.ModelClassifier;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.onnx.proto.ModelProto;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The stored model on the path that a user's model takes. */
class DemoConversionTest {
    private static final int PICTURES = 1000;

    private final Graph graph = OnnxReader.read(DemoModel.onnx(), "signs.onnx");

    @Test
    void floatExecutionGivesTheLogitsOfTheTrainer() throws Exception {
        LabelledData pictures = DrawnSigns.testSet().first(20);
        Batch expected = SignNetwork.of(ModelProto.parseFrom(DemoModel.onnx()))
                .forward(DrawnSigns.testSet(), 0, pictures.size(), false);
        try (Model model = Model.of(Converter.inFloat(graph));
                Classifier classifier = classifier(model)) {
            for (int i = 0; i < pictures.size(); i++) {
                float[] logits = classifier.logits(pictures.picture(i));
                for (int c = 0; c < logits.length; c++) {
                    assertThat(logits[c]).isCloseTo(expected.values[i * logits.length + c], within(1e-3f));
                }
            }
        }
    }

    @Test
    void integersAnswerAsFloatsDo() {
        ConversionOptions options = ConversionOptions.forBits(8)
                .withNormalisation(
                        floats(DemoModel.preprocessing().mean()),
                        floats(DemoModel.preprocessing().std()));
        ModelDefinition converted = Converter.convert(graph, options).model();
        try (Model integers = Model.of(converted);
                Model floats = Model.of(Converter.inFloat(graph));
                Classifier classifier = classifier(integers);
                Classifier reference = classifier(floats)) {
            Evaluation evaluation = Evaluator.evaluate(
                    classifier,
                    Optional.of(reference),
                    DrawnSigns.testSet().first(PICTURES),
                    (index, picture, logits, expected) -> {});
            double floatTop1 = evaluation.referenceTop1().orElseThrow();
            assertThat(floatTop1).isBetween(0.95, 0.995);
            assertThat(evaluation.top1()).isCloseTo(floatTop1, within(0.006));
            assertThat(evaluation.agreement().orElseThrow()).isGreaterThan(0.985);
            assertThat(evaluation.sqnrDb().orElseThrow())
                    .as(evaluation.toString())
                    .isGreaterThan(28);
        }
    }

    private static Classifier classifier(Model model) {
        return ModelClassifier.create(model, DemoModel.preprocessing(), SessionOptions.defaults());
    }

    private static List<Float> floats(List<Double> values) {
        return values.stream().map(Double::floatValue).toList();
    }
}
