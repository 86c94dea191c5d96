package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.ModelMetadata;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.data.Picture;
import dev.octavo.tools.data.PictureReader;
import dev.octavo.tools.data.PngWriter;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.onnx.OnnxBuilder;
import dev.octavo.tools.onnx.OnnxReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Runs commands on a network whose logits are the means of the red, the green and the blue channel. */
final class CommandsTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path model;

    @BeforeEach
    void makeModelAndPictures() throws IOException {
        model = folder.resolve("means.octavo");
        ModelWriter.write(channelMeans(1), model);
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        PngWriter.write(plain(200, 10, 20), pictures.resolve("red.png"));
        PngWriter.write(plain(10, 200, 20), pictures.resolve("green.png"));
        PngWriter.write(plain(10, 20, 200), pictures.resolve("blue.png"));
        PngWriter.write(plain(90, 0, 100), pictures.resolve("purple.png"));
        Files.writeString(
                pictures.resolve("labels.csv"), "file,label\nred.png,0\ngreen.png,1\nblue.png,2\npurple.png,0\n");
    }

    @Test
    void runNamesTheBestClasses() {
        assertThat(run("run", "MODEL", "DIR/pictures/green.png", "--top", "2")).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("green.png"),
                        line -> assertThat(line).contains("100.00 %").endsWith("green (1)"),
                        line -> assertThat(line).contains("0.00 %").endsWith("blue (2)"));
    }

    @Test
    void evalCounts() {
        assertThat(run("eval", "MODEL", "--data", "DIR/pictures", "--json")).isZero();
        assertThat(json())
                .containsEntry("images", 4.0)
                .containsEntry("top1", 0.75)
                .containsEntry("top5", 1.0)
                .containsEntry("agreement", null)
                .containsEntry("sqnrDb", null);
    }

    @Test
    void evalTakesTheFirstPictures() {
        assertThat(run("eval", "MODEL", "--data", "DIR/pictures", "--limit", "3"))
                .isZero();
        assertThat(out.toString()).contains("images         3").contains("top-1   100.00 %");
    }

    @Test
    void evalComparesModels() throws IOException {
        ModelWriter.write(channelMeans(2), folder.resolve("half.octavo"));
        assertThat(run("eval", "DIR/half.octavo", "--data", "DIR/pictures", "--against", "MODEL", "--json"))
                .isZero();
        // Half of each logit is missing: a quarter of the power.
        assertThat(json()).containsEntry("agreement", 1.0);
        assertThat(json().get("sqnrDb"))
                .isNotNull()
                .satisfies(sqnr -> assertThat(sqnr).isBetween(6.02, 6.03));
    }

    @Test
    void evalTakesPreprocessingFromTheCommandLine() {
        // Less 190, blue is at most 10: the blue picture passes for green, the purple one for red.
        assertThat(run("eval", "MODEL", "--data", "DIR/pictures", "--mean", "0,0,190", "--std", "1", "--json"))
                .isZero();
        assertThat(json()).containsEntry("top1", 0.75);
        assertThat(run("run", "MODEL", "DIR/pictures/purple.png", "--mean", "0,0,190", "--top", "1"))
                .isZero();
        assertThat(out.toString().strip()).endsWith("red (0)");
    }

    @Test
    void benchMeasures() {
        assertThat(run("bench", "MODEL", "--seconds", "0.05", "--batch", "2", "--kernels", "scalar", "--json"))
                .isZero();
        assertThat(json().keySet())
                .contains(
                        "medianMs",
                        "p99Ms",
                        "imagesPerSecond",
                        "kernels",
                        "gmacPerSecond",
                        "allocatedBytesPerRun",
                        "firstRunMs",
                        "loadMs");
        assertThat(out.toString()).contains("\"kernels\":\"scalar\"");
        assertThat(run("bench", "MODEL", "--seconds", "0.01")).isZero();
        assertThat(out.toString()).contains("bytes per run");
    }

    @Test
    void convertKeepsLayersInFloat() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        assertThat(run("convert", onnx.toString(), "-o", "DIR/signs.octavo", "--keep-float-worst", "2"))
                .isZero();
        List<String> worst;
        try (Model converted = Model.load(folder.resolve("signs.octavo"))) {
            worst = floatLayers(converted);
            assertThat(converted.settings()).containsEntry("quantization.floatLayers", String.join(",", worst));
        }
        assertThat(worst).hasSize(2);
        assertThat(run("convert", onnx.toString(), "-o", "DIR/signs.octavo", "--keep-float", worst.getLast()))
                .isZero();
        try (Model converted = Model.load(folder.resolve("signs.octavo"))) {
            assertThat(floatLayers(converted)).containsExactly(worst.getLast());
        }
        assertThat(run("convert", onnx.toString(), "-o", "DIR/signs.octavo", "--keep-float", "conv"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("has no layer 'conv'; near it there are '");
    }

    @Test
    void compareRanksLayers() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        assertThat(run("convert", onnx.toString(), "-o", "DIR/signs.octavo")).isZero();
        assertThat(run(
                        "compare",
                        onnx.toString(),
                        "DIR/signs.octavo",
                        "--data",
                        "DIR/pictures",
                        "--report",
                        "DIR/compared.html"))
                .isZero();
        assertThat(out.toString()).contains("layer, dearest first").contains("agreement");
        assertThat(folder.resolve("compared.html"))
                .content()
                .contains("What layers cost")
                .doesNotContain("http");
        assertThat(run("compare", onnx.toString(), "DIR/signs.octavo", "--data", "DIR/pictures", "--json"))
                .isZero();
        assertThat(out.toString().lines().toList().getLast())
                .startsWith("{\"model\":")
                .contains("\"images\":4,", "\"costShare\":", "\"unmatched\":[]");
        assertThat(run("compare", "DIR/signs.octavo", onnx.toString(), "--data", "DIR/pictures"))
                .isEqualTo(2);
    }

    @Test
    void studyPutsPublishedLossesBesideMeasuredOnes() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        assertThat(run(
                        "study",
                        onnx.toString(),
                        "--data",
                        "DIR/pictures",
                        "--pictures",
                        "2",
                        "--out",
                        "DIR/study.html"))
                .isZero();
        assertThat(out.toString()).contains("signs", "2 pictures", "SQuant: ResNet18 10.69");
        assertThat(folder.resolve("study.html"))
                .content()
                .contains("Integers against fake quantization")
                .doesNotContain("http");
        assertThat(run("study", "MODEL", "--data", "DIR/pictures")).isEqualTo(1);
        assertThat(err.toString()).contains("begins with the float network");
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
        List<String> arguments = new ArrayList<>(List.of("convert", onnx.toString(), "-o", "DIR/signs.octavo"));
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
            assertThat(run("convert", onnx.toString(), "-o", "DIR/signs.octavo", "--fast", "--scales", scales))
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
    void convertRefusesPreprocessingOfAnInputThatIsNoPicture() throws IOException {
        Path onnx = folder.resolve("signs.onnx");
        Files.write(onnx, DemoModel.onnx());
        assertThat(run("convert", onnx.toString(), "-o", "DIR/a.octavo", "--mean", "1", "--input-range", "0,1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--mean, --std and --crop are for pictures");
        assertThat(folder.resolve("a.octavo")).doesNotExist();
    }

    @Test
    void conformanceCountsAndExplains() throws IOException {
        conformanceTest("passes", "Relu", 0, 2);
        conformanceTest("fails", "Relu", -1, 2);
        conformanceTest("strange", "Strange", -1, 2);
        assertThat(run("conformance", "DIR/node", "--json")).isEqualTo(1);
        assertThat(json())
                .containsEntry("passed", 1.0)
                .containsEntry("failed", 1.0)
                .containsEntry("notApplicable", 1.0);
        assertThat(out.toString())
                .contains("\"fails\":\"output 'y'")
                .contains("\"strange\":")
                .contains("Strange");
    }

    private void conformanceTest(String name, String operator, float... expected) throws IOException {
        Path test = folder.resolve("node").resolve(name);
        Path set = Files.createDirectories(test.resolve("test_data_set_0"));
        Files.write(
                test.resolve("model.onnx"),
                new OnnxBuilder(17)
                        .input("x", 1, 2)
                        .output("y")
                        .node(operator, "x", "y")
                        .bytes());
        Files.write(
                set.resolve("input_0.pb"),
                OnnxBuilder.floatTensor("x", new long[] {1, 2}, -1, 2).toByteArray());
        Files.write(
                set.resolve("output_0.pb"),
                OnnxBuilder.floatTensor("y", new long[] {1, 2}, expected).toByteArray());
    }

    @Test
    void demoComparesFloatAndIntegers() {
        assertThat(run("demo", "--pictures", "60", "-o", "DIR/demo")).isZero();
        assertThat(out.toString()).contains("top-1").contains("agreement").contains("signs.png");
        assertThat(PictureReader.read(folder.resolve("demo/signs.png")).width()).isGreaterThan(600);
        assertThat(run("run", "DIR/demo/signs.octavo", "DIR/demo/signs.png")).isZero();
    }

    @Test
    void deviationsOfAnotherScaleAreDoubted() {
        assertThat(run("run", "MODEL", "DIR/pictures/red.png", "--std", "0.229,0.224,0.225"))
                .isZero();
        assertThat(err.toString().lines()).singleElement().asString().contains("multiply them by 255");
    }

    @Test
    void standardOutputRemembersThatItFailed() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        StandardOutput output = new StandardOutput(full);
        PrintWriter writer = new PrintWriter(output, true, StandardCharsets.UTF_8);
        writer.println("lost");
        writer.println("lost, too");
        assertThat(output.failure()).isPresent();
        assertThat(output.complain(new PrintWriter(err, true))).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("octavo: standard output cannot be written: No space left on device");
    }

    @Test
    void inspectListsLayers() {
        assertThat(run("inspect", "MODEL")).isZero();
        assertThat(out.toString()).contains("ReduceMean").contains("1×3").contains("FLOAT32 N×3×8×8");
        assertThat(run("inspect", "MODEL", "--json")).isZero();
        assertThat(out.toString()).contains("\"operation\":\"ReduceMean\"").contains("\"labels\":[\"red\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        run                                                  | 2 | Missing required parameters
        run MODEL                                            | 2 | IMAGE
        run MODEL DIR/pictures/red.png --top 0               | 2 | --top must be at least 1
        run DIR/nothing.octavo DIR/pictures/red.png          | 1 | nothing.octavo
        run DIR/nothing.onnx DIR/pictures/red.png            | 1 | nothing.onnx
        run MODEL DIR/nothing.png                            | 1 | nothing.png: no such file
        run MODEL DIR/pictures/labels.csv                    | 1 | convert it to JPEG
        run DIR/pictures/red.png DIR/pictures/red.png        | 1 | red.png
        eval MODEL                                           | 2 | --data
        eval MODEL --data DIR/nowhere                        | 1 | no such file or folder
        eval MODEL --data DIR/pictures --limit 0             | 2 | --limit must be at least 1
        eval MODEL --data DIR/pictures --limit x             | 2 | --limit
        eval MODEL --data DIR/pictures --mean 1,2            | 2 | --mean has 2 values
        eval MODEL --data DIR/pictures --std 0               | 2 | std positive
        eval MODEL --data DIR/pictures --crop 1.5            | 2 | crop must be
        eval MODEL --data DIR/pictures --against DIR/no.onnx | 1 | no.onnx
        bench MODEL --kernels fast                           | 2 | there are no kernels "fast"
        bench MODEL --threads 0                              | 2 | threads 0
        bench MODEL --batch 0                                | 2 | batch 0
        bench MODEL --seconds -1                             | 2 | --seconds must be above 0
        convert MODEL -o DIR/out.octavo                      | 2 | is converted already
        convert DIR/a.onnx -o DIR/pictures/../a.onnx         | 2 | --output would overwrite
        convert DIR/a.onnx -o DIR/b --report DIR/b           | 2 | --output and --report are both
        convert DIR/a.onnx -o DIR/b --report DIR/a.onnx      | 2 | --report would overwrite
        convert DIR/a.onnx -o DIR/b --bits 9                 | 2 | --bits must be 2 to 8
        convert DIR/a.onnx -o DIR/b --weight-bits 1          | 2 | --weight-bits must be 2 to 8
        convert DIR/a.onnx -o DIR/b --rounding up            | 2 | choose one of nearest, squant-kernel
        convert DIR/a.onnx -o DIR/b --weights row            | 2 | choose one of tensor, channel, channel-pow2
        convert DIR/a.onnx -o DIR/b --ranges wide            | 2 | choose one of auto, dfq
        convert DIR/a.onnx -o DIR/b --ranges mse:3           | 2 | takes no number
        convert DIR/a.onnx -o DIR/b --ranges dfq:x           | 2 | does not end in a number
        convert DIR/a.onnx -o DIR/b --weight-range percentile:0 | 2 | must be positive
        convert DIR/a.onnx -o DIR/b --equalization all       | 2 | choose one of auto, nsre, cle, none
        convert DIR/a.onnx -o DIR/b --statistics all         | 2 | choose one of synthetic, analytic, distilled
        convert DIR/a.onnx -o DIR/b --fast --calibrate DIR   | 2 | exclude each other
        convert DIR/a.onnx -o DIR/b --fast --ranges minmax   | 2 | activations that are measured
        convert DIR/a.onnx -o DIR/b --calibration-images 0   | 2 | --calibration-images must be at least 1
        convert DIR/a.onnx -o DIR/b --average-weight-bits 9  | 2 | --average-weight-bits: the average bits of weights
        convert DIR/a.onnx -o DIR/b --clip-weight -1         | 2 | --clip-weight must be above 0
        convert DIR/a.onnx -o DIR/pictures                   | 1 | exists and is not a file
        convert DIR/a.onnx -o DIR/nowhere/b.octavo           | 1 | there is no folder
        convert DIR/a.onnx -o DIR/b --save-config DIR/b      | 2 | --output and --save-config are both
        convert DIR/a.onnx -o DIR/b --config DIR/no.json     | 1 | no.json: no such file
        convert DIR/a.onnx -o DIR/b --bits 9                 | 2 | --bits must be 2 to 8
        conformance DIR/nowhere                              | 1 | nowhere: no such file or folder
        eval MODEL --data DIR/pictures --mean NaN            | 2 | mean must be finite
        eval MODEL --data DIR/pictures --std -2              | 2 | std positive
        bench MODEL --batch 50000000                         | 1 | memory
        inspect DIR                                          | 1 | octavo
        inspect MODEL --nonsense                             | 2 | --nonsense
        """)
    void answersMistakesInOneLine(String arguments, int code, String message) {
        assertThat(run(arguments.split(" "))).isEqualTo(code);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("octavo: ")
                .contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void verboseShowsWhereAFailureArose() {
        assertThat(run("run", "--verbose", "MODEL", "DIR/nothing.png")).isEqualTo(1);
        assertThat(err.toString()).contains("DataException").contains("\tat dev.octavo.tools.data.PictureReader");
    }

    private int run(String... arguments) {
        String[] resolved = new String[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            resolved[i] = arguments[i].equals("MODEL")
                    ? model.toString()
                    : arguments[i].replaceFirst("^DIR", folder.toString());
        }
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), resolved);
    }

    /** The numbers of the object that was printed; null where there is none. */
    private Map<String, Double> json() {
        Map<String, Double> numbers = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), out.toString())) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                numbers.put(name, value.isNumeric() ? Double.valueOf(parser.getDoubleValue()) : null);
            }
        }
        return numbers;
    }

    private static Picture plain(int red, int green, int blue) {
        byte[] samples = new byte[10 * 9 * 3];
        for (int i = 0; i < samples.length; i += 3) {
            samples[i] = (byte) red;
            samples[i + 1] = (byte) green;
            samples[i + 2] = (byte) blue;
        }
        return Picture.of(10, 9, 3, samples);
    }

    /** A network [N, 3, 8, 8] → [N, 3]. */
    private static ModelDefinition channelMeans(float std) {
        return new ModelDefinition(
                new ModelMetadata(
                        "means",
                        List.of("red", "green", "blue"),
                        new ModelMetadata.Preprocessing(List.of(0f, 0f, 0f), List.of(std, std, std), 1),
                        Map.of()),
                List.of(TensorDefinition.ofFloat("x", 1, 3, 8, 8), TensorDefinition.ofFloat("y", 1, 3)),
                List.of(new OperationDefinition("mean", new Operation.ReduceMean(List.of(2, 3)), List.of(0), 1)),
                List.of(0),
                List.of(1),
                true);
    }
}
