package dev.octavo.tools.cli;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.convert.LayerReport;
import dev.octavo.tools.data.ContactSheet;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.demo.DrawnSigns;
import dev.octavo.tools.evaluate.Benchmark;
import dev.octavo.tools.evaluate.Classifier;
import dev.octavo.tools.evaluate.Evaluation;
import dev.octavo.tools.evaluate.Evaluator;
import dev.octavo.tools.evaluate.ModelClassifier;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.vision.Preprocessing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code octavo demo}. */
@Command(
        name = "demo",
        description =
                "Convert a small network that comes with octavo, compare it with the float original on pictures that"
                        + " octavo draws, and time both.")
final class DemoCommand implements Callable<Integer> {
    private static final double BENCH_SECONDS = 1;
    private static final int MAX_PICTURES = 1_000_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--pictures", paramLabel = "N", description = "How many pictures to draw; 2000 by default.")
    private int pictures = 2000;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Folder for the models and the contact sheet; octavo-demo by default.")
    private Path folder = Path.of("octavo-demo");

    @Override
    public Integer call() throws IOException {
        if (pictures < 1 || pictures > MAX_PICTURES) {
            throw new ParameterException(
                    spec.commandLine(), "--pictures must be 1 to " + MAX_PICTURES + ", not " + pictures);
        }
        PrintWriter out = spec.commandLine().getOut();
        Files.createDirectories(folder);
        Path onnx = folder.resolve("signs.onnx");
        Path octavo = folder.resolve("signs.octavo");
        Files.write(onnx, DemoModel.onnx());
        long start = System.nanoTime();
        Graph graph = OnnxReader.read(onnx);
        Conversion conversion = Converter.convert(graph, options());
        ModelWriter.write(conversion.model(), octavo);
        out.println("converted " + onnx + " to " + octavo + " without data in "
                + Texts.number((System.nanoTime() - start) / 1e9, 2) + " s: "
                + conversion.layers().size() + " layers, "
                + Texts.count(conversion.layers().stream()
                        .mapToLong(LayerReport::weights)
                        .sum())
                + " weights");
        out.println("drawing and classifying " + pictures + " pictures of "
                + DemoModel.labels().size() + " kinds ...");
        out.flush();
        try (Model floats = Model.of(Converter.inFloat(graph));
                Model integers = Model.load(octavo)) {
            compare(out, floats, integers);
        }
        return 0;
    }

    private static ConversionOptions options() {
        Preprocessing preprocessing = DemoModel.preprocessing();
        return ConversionOptions.forBits(8)
                .withNormalisation(floats(preprocessing.mean()), floats(preprocessing.std()))
                .withCrop((float) preprocessing.crop())
                .withLabels(DemoModel.labels());
    }

    private static List<Float> floats(List<Double> values) {
        return values.stream().map(Double::floatValue).toList();
    }

    private void compare(PrintWriter out, Model floats, Model integers) {
        SessionOptions options = SessionOptions.defaults();
        LabelledData data = DrawnSigns.testSet().first(pictures);
        DemoSheet sheet = new DemoSheet(data, DemoModel.labels());
        Evaluation evaluation;
        try (Classifier reference = ModelClassifier.create(floats, DemoModel.preprocessing(), options);
                Classifier model = ModelClassifier.create(integers, DemoModel.preprocessing(), options);
                Progress progress = Progress.start(spec.commandLine().getErr(), "classifying", data.size())) {
            evaluation = Evaluator.evaluate(model, Optional.of(reference), data, (index, picture, logits, expected) -> {
                sheet.add(index, picture, logits, expected.orElseThrow());
                progress.at(index + 1);
            });
        }
        Benchmark floatSpeed = Benchmark.run(floats, options, BENCH_SECONDS, nanos -> {});
        Benchmark integerSpeed = Benchmark.run(integers, options, BENCH_SECONDS, nanos -> {});
        print(out, evaluation, floatSpeed, integerSpeed);
        Path file = folder.resolve("signs.png");
        ContactSheet.write(file, sheet.title(evaluation), sheet.cells(), DemoSheet.COLUMNS, DemoSheet.SIDE);
        out.println("what it saw and said: " + file.toAbsolutePath());
        out.flush();
    }

    private static void print(PrintWriter out, Evaluation evaluation, Benchmark floatSpeed, Benchmark integerSpeed) {
        TextTable table = new TextTable();
        table.row("", "float", "int8");
        table.row("top-1", Texts.percent(evaluation.referenceTop1().orElseThrow()), Texts.percent(evaluation.top1()));
        table.row("agreement", "", Texts.percent(evaluation.agreement().orElseThrow()));
        table.row("SQNR of the logits", "", Texts.number(evaluation.sqnrDb().orElseThrow(), 2) + " dB");
        table.row("median ms per picture", median(floatSpeed), median(integerSpeed));
        table.row("pictures per second", perSecond(floatSpeed), perSecond(integerSpeed));
        table.row("kernels", floatSpeed.kernels(), integerSpeed.kernels());
        table.print(out);
    }

    private static String median(Benchmark benchmark) {
        return Texts.number(benchmark.latency().medianMs(), 3);
    }

    private static String perSecond(Benchmark benchmark) {
        return Texts.number(benchmark.imagesPerSecond(), 0);
    }
}
