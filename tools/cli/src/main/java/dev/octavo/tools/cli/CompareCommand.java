package dev.octavo.tools.cli;

import dev.octavo.tools.compare.Comparison;
import dev.octavo.tools.compare.ModelComparison;
import dev.octavo.tools.compare.ValueComparison;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.files.WholeFile;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.report.ComparisonReport;
import dev.octavo.tools.tasks.PictureInput;
import dev.octavo.tools.vision.Preprocessing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;

/** {@code octavo compare}. */
@Command(
        name = "compare",
        description =
                "Find the layers that cost an integer model its accuracy, against the float network it was made from.")
final class CompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FLOAT.onnx", description = "The float network.")
    private Path reference;

    @Parameters(index = "1", paramLabel = "MODEL.octavo", description = "The model that was converted from it.")
    private Path file;

    @Mixin
    private LabelledPictures data;

    @Option(names = "--limit", paramLabel = "N", description = "Use the first N pictures only; 128 by default.")
    private int limit = 128;

    @Option(
            names = "--cost-pictures",
            paramLabel = "N",
            description = "Measure on the first N pictures what each layer costs; 16 by default.")
    private int costPictures = 16;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a page with the errors and the distribution of every layer.")
    private @Nullable Path page;

    @Mixin
    private PreprocessingOptions preprocessing;

    @Option(names = "--json", description = "Print one line of JSON; a number that does not exist is null.")
    private boolean json;

    @Mixin
    private InputShapes shapes;

    @Override
    public Integer call() throws IOException {
        check("--limit", limit);
        check("--cost-pictures", costPictures);
        if (!ModelFile.isOnnx(reference) || ModelFile.isOnnx(file)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "give the float network, .onnx, first and the model that was made from it second");
        }
        new OutputFiles(spec.commandLine())
                .reads(reference)
                .reads(file)
                .writes("--report", page)
                .check();
        Comparison comparison = compare(data.open().limit(limit));
        if (page != null) {
            WholeFile.write(page, ComparisonReport.html(comparison));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, generator -> writeJson(generator, comparison));
        } else {
            print(out, comparison);
        }
        return 0;
    }

    private void check(String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be at least 1, not " + value);
        }
    }

    private Comparison compare(LabelledData pictures) throws IOException {
        Graph graph = Converter.folded(OnnxReader.read(reference, shapes.byName()));
        try (ModelFile model = ModelFile.open(file, shapes);
                Progress progress = Progress.start(spec.commandLine().getErr(), "comparing", pictures.size())) {
            PictureInput input = PictureInput.of(model.model());
            return ModelComparison.compare(
                    graph,
                    model.model().definition(),
                    Preprocessing.of(preprocessing.resolve(input.channels(), model.knownPreprocessing())),
                    pictures,
                    costPictures,
                    progress::at);
        }
    }

    private static void print(PrintWriter out, Comparison comparison) {
        TextTable outputs = new TextTable();
        outputs.row("images", Integer.toString(comparison.outputs().images()));
        outputs.row("top-1", Texts.percent(comparison.outputs().top1()));
        outputs.row(
                "float top-1",
                Texts.percent(comparison.outputs().referenceTop1().orElseThrow()));
        outputs.row("agreement", Texts.percent(comparison.outputs().agreement().orElseThrow()));
        outputs.row("SQNR", Texts.number(comparison.outputs().sqnrDb().orElseThrow(), 2) + " dB");
        outputs.print(out);
        out.println();
        TextTable table = new TextTable();
        table.row(
                "layer, dearest first",
                "stored as",
                "cost",
                "cost dB",
                "own dB",
                "all dB",
                "cosine",
                "bias",
                "saturated");
        for (ValueComparison value : comparison.ranked()) {
            table.row(
                    value.node(),
                    value.type().toString(),
                    Texts.percent(value.costShare()),
                    Texts.number(value.costDb(), 1),
                    Texts.number(value.ownSqnrDb(), 1),
                    Texts.number(value.sqnrDb(), 1),
                    Texts.number(value.cosine(), 5),
                    Texts.number(value.bias(), 2),
                    Texts.percent(value.saturation()));
        }
        table.print(out);
        if (!comparison.unmatched().isEmpty()) {
            out.println("not compared: " + String.join(", ", comparison.unmatched()));
        }
        out.flush();
    }

    private static void writeJson(JsonGenerator json, Comparison comparison) {
        json.writeStringProperty("model", comparison.model());
        json.writeNumberProperty("images", comparison.outputs().images());
        json.writeNumberProperty("top1", comparison.outputs().top1());
        Json.number(json, "floatTop1", comparison.outputs().referenceTop1());
        Json.number(json, "agreement", comparison.outputs().agreement());
        Json.number(json, "sqnrDb", comparison.outputs().sqnrDb());
        json.writeNumberProperty("costImages", comparison.costImages());
        json.writeArrayPropertyStart("layers");
        for (ValueComparison value : comparison.values()) {
            json.writeStartObject();
            json.writeStringProperty("name", value.node());
            json.writeStringProperty("value", value.value());
            json.writeStringProperty("kind", value.kind());
            json.writeStringProperty("type", value.type().toString());
            json.writeNumberProperty("scale", value.scale());
            Json.number(json, "costDb", OptionalDouble.of(value.costDb()));
            json.writeNumberProperty("costShare", value.costShare());
            Json.number(json, "ownSqnrDb", OptionalDouble.of(value.ownSqnrDb()));
            Json.number(json, "sqnrDb", OptionalDouble.of(value.sqnrDb()));
            json.writeNumberProperty("cosine", value.cosine());
            json.writeNumberProperty("bias", value.bias());
            json.writeNumberProperty("biasChannel", value.biasChannel());
            json.writeNumberProperty("saturation", value.saturation());
            json.writeObjectPropertyStart("histogram");
            json.writeNumberProperty("low", value.histogram().low());
            json.writeNumberProperty("width", value.histogram().width());
            writeCounts(json, "reference", value.histogram().reference());
            writeCounts(json, "actual", value.histogram().actual());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("unmatched");
        comparison.unmatched().forEach(json::writeString);
        json.writeEndArray();
    }

    private static void writeCounts(JsonGenerator json, String name, List<Long> counts) {
        json.writeArrayPropertyStart(name);
        counts.forEach(json::writeNumber);
        json.writeEndArray();
    }
}
