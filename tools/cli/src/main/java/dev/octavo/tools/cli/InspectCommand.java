package dev.octavo.tools.cli;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.cli.ModelSummary.Layer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;

/** {@code octavo inspect}. */
@Command(name = "inspect", description = "Show the layers of a model: shapes, scales, work and size, for batch 1.")
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "A model, .octavo or .onnx (as it runs in float).")
    private Path file;

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    @Mixin
    private InputShapes shapes;

    @Override
    public Integer call() throws IOException {
        try (ModelFile opened = ModelFile.open(file, shapes)) {
            Model model = opened.model();
            ModelSummary summary = ModelSummary.of(model);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                Json.print(out, generator -> writeJson(generator, model, summary));
            } else {
                print(out, model, summary);
            }
        }
        return 0;
    }

    private static void print(PrintWriter out, Model model, ModelSummary summary) {
        TextTable head = TextTable.ofWords();
        head.row("name", model.name());
        model.inputs().forEach(input -> head.row("input", describe(input)));
        model.outputs().forEach(output -> head.row("output", describe(output)));
        ModelMetadata.Preprocessing preprocessing = model.preprocessing();
        if (!preprocessing.mean().isEmpty()) {
            head.row(
                    "pictures",
                    "mean " + preprocessing.mean() + ", std " + preprocessing.std() + ", crop " + preprocessing.crop());
        }
        if (!model.labels().isEmpty()) {
            head.row("classes", model.labels().size() + " with names");
        }
        model.settings().forEach((option, value) -> head.row(option, value));
        head.print(out);
        out.println();
        TextTable table = new TextTable();
        table.row("layer", "operation", "window", "output", "type", "scale", "MACs", "weight bytes");
        for (Layer layer : summary.layers()) {
            table.row(
                    layer.name(),
                    layer.kind(),
                    layer.detail(),
                    shape(layer),
                    layer.output().type().toString(),
                    layer.output().type() == ElementType.FLOAT32
                            ? ""
                            : Float.toString(layer.output().scale()),
                    Texts.count(layer.macs()),
                    Texts.count(layer.weightBytes()));
        }
        table.row("total", "", "", "", "", "", Texts.count(summary.macs()), Texts.count(summary.weightBytes()));
        table.print(out);
    }

    private static String describe(TensorSpec tensor) {
        String shape = tensor.shape().stream()
                .map(extent -> extent == TensorSpec.ANY_BATCH ? "N" : extent.toString())
                .collect(Collectors.joining("×"));
        return tensor.name() + " " + tensor.type() + " " + shape
                + (tensor.type() == ElementType.FLOAT32 ? "" : ", scale " + tensor.scale());
    }

    private static String shape(Layer layer) {
        return IntStream.of(layer.output().shape()).mapToObj(Integer::toString).collect(Collectors.joining("×"));
    }

    private static void writeJson(JsonGenerator json, Model model, ModelSummary summary) {
        json.writeStringProperty("name", model.name());
        writeTensors(json, "inputs", model.inputs());
        writeTensors(json, "outputs", model.outputs());
        json.writeArrayPropertyStart("layers");
        for (Layer layer : summary.layers()) {
            json.writeStartObject();
            json.writeStringProperty("name", layer.name());
            json.writeStringProperty("operation", layer.kind());
            json.writeStringProperty("detail", layer.detail());
            writeIntegers(
                    json, "shape", IntStream.of(layer.output().shape()).boxed().toList());
            json.writeStringProperty("type", layer.output().type().toString());
            json.writeNumberProperty("scale", layer.output().scale());
            json.writeNumberProperty("macs", layer.macs());
            json.writeNumberProperty("weightBytes", layer.weightBytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberProperty("macs", summary.macs());
        json.writeNumberProperty("weightBytes", summary.weightBytes());
        json.writeObjectPropertyStart("preprocessing");
        writeFloats(json, "mean", model.preprocessing().mean());
        writeFloats(json, "std", model.preprocessing().std());
        json.writeNumberProperty("crop", model.preprocessing().crop());
        json.writeEndObject();
        json.writeArrayPropertyStart("labels");
        model.labels().forEach(json::writeString);
        json.writeEndArray();
        json.writeObjectPropertyStart("settings");
        model.settings().forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    private static void writeTensors(JsonGenerator json, String name, List<TensorSpec> tensors) {
        json.writeArrayPropertyStart(name);
        for (TensorSpec tensor : tensors) {
            json.writeStartObject();
            json.writeStringProperty("name", tensor.name());
            json.writeStringProperty("type", tensor.type().toString());
            writeIntegers(json, "shape", tensor.shape());
            json.writeNumberProperty("scale", tensor.scale());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeIntegers(JsonGenerator json, String name, List<Integer> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeNumber);
        json.writeEndArray();
    }

    private static void writeFloats(JsonGenerator json, String name, List<Float> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeNumber);
        json.writeEndArray();
    }
}
