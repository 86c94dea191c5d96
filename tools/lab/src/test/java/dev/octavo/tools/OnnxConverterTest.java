package dev.octavo.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.demo.DrawnSigns;
import dev.octavo.tools.evaluate.Classifier;
import dev.octavo.tools.evaluate.Evaluator;
import dev.octavo.tools.evaluate.ModelClassifier;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import dev.octavo.tools.vision.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OnnxConverterTest {
    @TempDir
    private Path folder;

    private static OnnxConverter converter() {
        Preprocessing preprocessing = DemoModel.preprocessing();
        return OnnxConverter.defaults()
                .withNormalisation(floats(preprocessing.mean()), floats(preprocessing.std()))
                .withCrop((float) preprocessing.crop())
                .withLabels(DemoModel.labels());
    }

    private static List<Float> floats(List<Double> values) {
        return values.stream().map(Double::floatValue).toList();
    }

    @Test
    void bytesBecomeAModelThatClassifies() {
        LabelledData data = DrawnSigns.testSet().first(100);
        try (Model model = converter().convert(DemoModel.onnx(), "signs");
                Classifier classifier =
                        ModelClassifier.create(model, DemoModel.preprocessing(), SessionOptions.defaults())) {
            assertThat(model.name()).isEqualTo("signs");
            assertThat(model.labels()).isEqualTo(DemoModel.labels());
            assertThat(Evaluator.evaluate(classifier, data, done -> {}).top1()).isGreaterThan(0.95);
        }
    }

    @Test
    void bytesAndFilesGiveTheSameModel() throws IOException {
        Path onnx = Files.write(folder.resolve("signs.onnx"), DemoModel.onnx());
        Path octavo = folder.resolve("signs.octavo");
        converter().convert(onnx, octavo);
        try (Model loaded = Model.load(octavo);
                Model converted = converter().convert(onnx);
                Model parsed = converter().convert(DemoModel.onnx(), "signs")) {
            assertThat(logits(converted)).isEqualTo(logits(loaded));
            assertThat(logits(parsed)).isEqualTo(logits(loaded));
            assertThat(converted.settings()).isEqualTo(loaded.settings());
        }
    }

    private static float[] logits(Model model) {
        int[] shape = model.inputs().getFirst().shape(1);
        byte[] noise = new byte[shape[1] * shape[2] * shape[3]];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) (i * 37);
        }
        try (Session session = model.newSession()) {
            return session.run(Tensor.of(noise, shape)).toFloatArray();
        }
    }

    @Test
    void configurationsMakeTheSameConverter() throws IOException {
        OnnxConverter six = OnnxConverter.forBits(6, 7).withInputRange(-1, 2);
        assertThat(OnnxConverter.configured(six.configuration(), "text").configuration())
                .isEqualTo(six.configuration());
        Path file = Files.writeString(folder.resolve("partial.json"), """
            {"quantization": {"weights": {"scope": "channel"}}, "mean": [100], "std": [50]}
            """);
        try (Model model = OnnxConverter.configured(file).convert(DemoModel.onnx(), "signs")) {
            assertThat(model.settings()).containsEntry("quantization.weights.scope", "channel");
            assertThat(model.preprocessing())
                    .isEqualTo(new ModelMetadata.Preprocessing(List.of(100f, 100f, 100f), List.of(50f, 50f, 50f), 1));
        }
    }

    @Test
    void listenersHearOfEveryStageInOrder() {
        record Step(ConversionStage stage, int done, int total) {}
        List<Step> steps = new ArrayList<>();
        converter()
                .withListener((stage, done, total) -> steps.add(new Step(stage, done, total)))
                .convert(DemoModel.onnx(), "signs")
                .close();
        assertThat(steps.stream().map(Step::stage).distinct())
                .as("no layer is to stay in float for its cost")
                .containsExactly(
                        ConversionStage.REWRITING,
                        ConversionStage.SAMPLING,
                        ConversionStage.MEASURING,
                        ConversionStage.ROUNDING,
                        ConversionStage.LOWERING,
                        ConversionStage.CHECKING);
        assertThat(steps.stream().filter(step -> step.stage() != ConversionStage.REWRITING))
                .isSortedAccordingTo((a, b) -> a.stage().compareTo(b.stage()));
        assertThat(steps).allSatisfy(step -> assertThat(step.done()).isBetween(0, step.total()));
        assertThat(steps.stream().filter(step -> step.stage() == ConversionStage.ROUNDING))
                .hasSizeGreaterThan(10)
                .isSortedAccordingTo((a, b) -> Integer.compare(a.done(), b.done()));
    }

    @Test
    void interruptsAndListenersEndConversions() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> converter().convert(DemoModel.onnx(), "signs"))
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("interrupted while");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        IllegalStateException enough = new IllegalStateException("enough");
        ConversionListener impatient = (stage, done, total) -> {
            if (stage == ConversionStage.ROUNDING && done == 3) {
                throw enough;
            }
        };
        assertThatThrownBy(() -> converter().withListener(impatient).convert(DemoModel.onnx(), "signs"))
                .isSameAs(enough);
    }

    @Test
    void mistakesAreExplained() {
        assertThatThrownBy(() -> converter().convert(folder.resolve("nothing.onnx")))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("nothing.onnx");
        assertThatThrownBy(() -> converter().convert(new byte[] {1, 2, 3}, "broken"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("broken");
        assertThatThrownBy(() -> converter().withLabels(List.of("one")).convert(DemoModel.onnx(), "signs"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("there are 1 labels");
        assertThatThrownBy(() -> converter()
                        .withNormalisation(List.of(1f, 2f), List.of(1f, 1f))
                        .convert(DemoModel.onnx(), "signs"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("2 values of mean and std for 3 input channels");
        assertThatThrownBy(() -> OnnxConverter.configured("{\"bits\": 8}", "my.json"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("my.json: there is no key \"bits\"");
        assertThatThrownBy(() -> OnnxConverter.forBits(9, 8)).isInstanceOf(IllegalArgumentException.class);
    }
}
