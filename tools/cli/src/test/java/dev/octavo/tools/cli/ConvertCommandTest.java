package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.vision.PngWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code octavo convert}. */
final class ConvertCommandTest extends CommandTest {
    @Test
    void convertKeepsLayersInFloat() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        assertThat(run("convert", onnx.toString(), "-o", "DIR/signs.octavo", "--no-check", "--keep-float-worst", "2"))
                .isZero();
        List<String> worst;
        try (Model converted = Model.load(folder.resolve("signs.octavo"))) {
            worst = floatLayers(converted);
            assertThat(converted.settings()).containsEntry("quantization.floatLayers", String.join(",", worst));
        }
        assertThat(worst).hasSize(2);
        assertThat(run(
                        "convert",
                        onnx.toString(),
                        "-o",
                        "DIR/signs.octavo",
                        "--no-check",
                        "--keep-float",
                        worst.getLast()))
                .isZero();
        try (Model converted = Model.load(folder.resolve("signs.octavo"))) {
            assertThat(floatLayers(converted)).containsExactly(worst.getLast());
        }
        assertThat(run("convert", onnx.toString(), "-o", "DIR/signs.octavo", "--keep-float", "conv"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("has no layer 'conv'; near it there are '");
    }

    private static List<String> floatLayers(Model model) {
        return model.definition().operations().stream()
                .filter(operation -> operation.operation() instanceof Operation.FloatConvolution)
                .map(OperationDefinition::name)
                .sorted()
                .toList();
    }

    @Test
    void convertWritesAModelAndAPage() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        Files.write(folder.resolve("names.txt"), DemoModel.labels());
        assertThat(run(
                        "convert",
                        onnx.toString(),
                        "-o",
                        "DIR/signs.octavo",
                        "--mean",
                        "116,116,114",
                        "--std",
                        "61",
                        "--crop",
                        "0.5",
                        "--ranges",
                        "mse",
                        "--rounding",
                        "nearest",
                        "--activations",
                        "int8",
                        "--labels",
                        "DIR/names.txt",
                        "--report",
                        "DIR/signs.html"))
                .isZero();
        assertThat(out.toString()).contains("signs.octavo: 10 of 10 layers in integers");
        assertThat(folder.resolve("signs.html")).content().startsWith("<!DOCTYPE html>");
        try (Model converted = Model.load(folder.resolve("signs.octavo"))) {
            assertThat(converted.labels()).isEqualTo(DemoModel.labels());
            assertThat(converted.preprocessing())
                    .isEqualTo(
                            new ModelMetadata.Preprocessing(List.of(116f, 116f, 114f), List.of(61f, 61f, 61f), 0.5f));
            assertThat(converted.settings())
                    .containsEntry("quantization.weights.rounding", "nearest")
                    .containsEntry("quantization.activations.ranges", "least-squares")
                    .containsEntry("quantization.activations.signed", "true");
        }
    }

    @Test
    void convertRepeatsWhatItSaved() throws IOException {
        Files.write(folder.resolve("signs.onnx"), DemoModel.onnx());
        Files.write(folder.resolve("names.txt"), DemoModel.labels());
        assertThat(run(("convert DIR/signs.onnx -o DIR/a.octavo --bits 6 --mean 116,115,114 --std 61 --labels"
                                + " DIR/names.txt --weights channel --save-config DIR/a.json")
                        .split(" ")))
                .isZero();
        assertThat(run("convert DIR/signs.onnx -o DIR/b.octavo --config DIR/a.json --save-config DIR/b.json"
                        .split(" ")))
                .isZero();
        assertThat(folder.resolve("b.octavo")).hasSameBinaryContentAs(folder.resolve("a.octavo"));
        assertThat(folder.resolve("b.json")).hasSameTextualContentAs(folder.resolve("a.json"));
        assertThat(run("convert DIR/signs.onnx -o DIR/c.octavo --config DIR/a.json --bits 7 --std 60".split(" ")))
                .isZero();
        try (Model overridden = Model.load(folder.resolve("c.octavo"))) {
            assertThat(overridden.settings())
                    .containsEntry("quantization.weights.bits", "7")
                    .containsEntry("quantization.activations.bits", "7")
                    .containsEntry("quantization.weights.scope", "channel")
                    .containsEntry("quantization.activations.ranges", "automatic");
            assertThat(overridden.preprocessing())
                    .isEqualTo(new ModelMetadata.Preprocessing(List.of(116f, 115f, 114f), List.of(60f, 60f, 60f), 1f));
            assertThat(overridden.labels()).isEqualTo(DemoModel.labels());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--rounding squant-kernel --weight-bits 4, weights.rounding, squant-kernel",
        "--rounding squant-channel --activation-bits 6, activations.bits, 6",
        "--weight-bits 4 --bits 6, weights.bits, 4",
        "--average-weight-bits 4.5, weights.averageBits, 4.5",
        "--bits 5 --average-weight-bits 5, weights.bits, 8",
        "--bits 5 --average-weight-bits 4 --weight-bits 6, weights.bits, 6",
        "--weights channel-pow2 --weight-range mse, weights.range, least-squares",
        "--weights channel --weight-range percentile:99.9, weights.range.percent, 99.9",
        "--equalization cle --relu6-to-relu --absorb-bias, rewrites.absorbHighBias, true",
        "--bias-correction none --clip-weight 15, rewrites.weightLimit, 15.0",
        "--ranges robust:0.25 --keep-dead-channels, activations.ranges.octaves, 0.25"
    })
    void convertQuantizesAsAsked(String options, String setting, String value) throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        List<String> arguments =
                new ArrayList<>(List.of("convert", onnx.toString(), "-o", "DIR/signs.octavo", "--crop", "0.5"));
        arguments.addAll(List.of(options.split(" ")));
        assertThat(run(arguments.toArray(String[]::new))).isZero();
        try (Model converted = Model.load(folder.resolve("signs.octavo"))) {
            assertThat(converted.settings()).containsEntry("quantization." + setting, value);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--calibrate DIR/pictures --calibration-images 3, calibration",
        "--calibrate DIR/plain --ranges entropy, calibration",
        "--calibrate DIR/plain --ranges average:0.5, calibration",
        "--statistics synthetic --calibration-images 8 --ranges minmax, synthetic",
        "--statistics analytic, analytic"
    })
    void convertTakesStatisticsFromWhereItIsTold(String options, String source) throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        Path nested = Files.createDirectories(folder.resolve("plain").resolve("inner"));
        PngWriter.write(plain(30, 99, 200), nested.resolve("a.png"));
        Files.writeString(nested.resolve("notes.txt"), "no picture");
        List<String> arguments =
                new ArrayList<>(List.of("convert", onnx.toString(), "-o", "DIR/signs.octavo", "--no-check"));
        arguments.addAll(List.of(options.split(" ")));
        assertThat(run(arguments.toArray(String[]::new))).isZero();
        try (Model converted = Model.load(folder.resolve("signs.octavo"))) {
            assertThat(converted.settings()).containsEntry("quantization.statistics", source);
        }
    }

    @Test
    void convertTakesScalesAsTheyAre() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        String value =
                Converter.folded(OnnxReader.read(onnx)).nodes().getFirst().output();
        Files.writeString(folder.resolve("scales.txt"), "# activations\n\n" + value + " 0.0625\n");
        Files.writeString(folder.resolve("scales.json"), "{\"" + value + "\": 0.125}");
        for (Map.Entry<String, Float> form :
                Map.of("txt", 0.0625f, "json", 0.125f).entrySet()) {
            String scales = "DIR/scales." + form.getKey();
            assertThat(run(
                            "convert",
                            onnx.toString(),
                            "-o",
                            "DIR/signs.octavo",
                            "--no-check",
                            "--fast",
                            "--scales",
                            scales))
                    .isZero();
            try (Model converted = Model.load(folder.resolve("signs.octavo"))) {
                assertThat(converted.definition().tensors().stream()
                                .filter(tensor -> tensor.name().equals(value))
                                .map(TensorDefinition::scale))
                        .containsExactly(form.getValue());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        nonsense 1     | has no value 'nonsense'; near it there are
        a 0            | scales.txt:1: a scale must be positive
        a b            | is not a number
        a              | is not the name of a value and its scale
        # none         | gives no scales
        {"a": "b"}     | scales.a must be a number
        input 1        | is the picture
        """)
    void scalesMustSuitTheNetwork(String content, String message) throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        String input = OnnxReader.read(onnx).inputs().getFirst();
        Files.writeString(folder.resolve("scales.txt"), content.replace("input", input));
        assertThat(run("convert", onnx.toString(), "-o", "DIR/a.octavo", "--fast", "--scales", "DIR/scales.txt"))
                .isEqualTo(1);
        assertThat(err.toString()).contains(message);
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void calibrationSaysWhatIsMissing() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        Files.createDirectory(folder.resolve("empty"));
        assertThat(run("convert", onnx.toString(), "-o", "DIR/a.octavo", "--calibrate", "DIR/empty"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("has no picture files");
        assertThat(run("convert", onnx.toString(), "-o", "DIR/a.octavo", "--calibrate", "DIR/nowhere"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no such file or folder");
    }

    @Test
    void modelsKeepHowPicturesFillThemAndWhatTheirOutputsMean() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        assertThat(run(
                        "convert",
                        onnx.toString(),
                        "-o",
                        "DIR/signs.octavo",
                        "--fast",
                        "--no-check",
                        "--channels",
                        "bgr",
                        "--fit",
                        "letterbox-top-left",
                        "--mean",
                        "116,116,114",
                        "--std",
                        "61",
                        "--fill",
                        "114",
                        "--task",
                        "landmarks",
                        "--save-config",
                        "DIR/c.json"))
                .isZero();
        assertThat(run("convert", onnx.toString(), "-o", "DIR/again.octavo", "--config", "DIR/c.json"))
                .isZero();
        for (String name : new String[] {"signs.octavo", "again.octavo"}) {
            try (Model converted = Model.load(folder.resolve(name))) {
                assertThat(converted.preprocessing())
                        .isEqualTo(new ModelMetadata.Preprocessing(
                                List.of(116f, 116f, 114f),
                                List.of(61f, 61f, 61f),
                                1,
                                ModelMetadata.ChannelOrder.BGR,
                                ModelMetadata.Fit.LETTERBOX_TOP_LEFT,
                                List.of(114f)));
                assertThat(converted.task()).isEqualTo(new ModelMetadata.Task(ModelMetadata.Task.Kind.LANDMARKS));
            }
        }
    }

    @Test
    void convertRefusesPreprocessingOfAnInputThatIsNoPicture() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        assertThat(run("convert", onnx.toString(), "-o", "DIR/a.octavo", "--mean", "1", "--input-range", "0,1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--channels, --fit and --fill are for pictures");
        assertThat(folder.resolve("a.octavo")).doesNotExist();
    }
}
