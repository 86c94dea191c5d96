package dev.octavo.tools.cli;

import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.convert.LayerReport;
import dev.octavo.tools.convert.RuleNames;
import dev.octavo.tools.data.ClassNames;
import dev.octavo.tools.data.DataException;
import dev.octavo.tools.draw.InputKind;
import dev.octavo.tools.files.WholeFile;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.json.OptionsJson;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.quantizer.Adaptation;
import dev.octavo.tools.report.ConversionReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code octavo convert}. */
@Command(
        name = "convert",
        description =
                "Turn a float ONNX model into an integer model, without any data; a quantized one keeps its scales.")
final class ConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "IN.onnx",
            description = "A network, opset 1 to 26: float, or quantized by others (QDQ, QLinearConv).")
    private Path in;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT.octavo",
            description = "The model file to write.")
    private Path out;

    @Mixin
    private QuantizationArguments quantization;

    @Option(
            names = "--keep-float-worst",
            paramLabel = "N",
            description = "Keep the N layers in float whose rounding costs most at the outputs, as measured.")
    private @Nullable Integer keepFloatWorst;

    @Mixin
    private PreprocessingOptions preprocessing;

    @Mixin
    private TaskOptions task;

    @Mixin
    private PassTrace trace;

    @Mixin
    private FidelityArguments fidelity;

    @Option(
            names = "--input-kind",
            paramLabel = "KIND",
            description = "What an input with --input-range is: picture, signal, spectrogram, uniform, or any (the"
                    + " default); inputs of that kind are drawn to run the network on.")
    private @Nullable String inputKind;

    @Option(
            names = "--save-pictures",
            paramLabel = "DIR",
            description = "Write the pictures that the network is run on in place of data, and a page that shows them.")
    private @Nullable Path savedPictures;

    @Option(
            names = "--input-range",
            split = ",",
            paramLabel = "LOW,HIGH",
            description = "Least and greatest value of an input that is no picture.")
    private @Nullable List<Double> inputRange;

    @Option(names = "--labels", paramLabel = "FILE", description = "Names of the classes, one per line.")
    private @Nullable Path labels;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a page that shows the scales of all layers, and what rounding is expected to cost.")
    private @Nullable Path page;

    @Option(
            names = "--config",
            paramLabel = "FILE.json",
            description =
                    "Take what the command line does not say from a file that --save-config wrote, or a part of one.")
    private @Nullable Path config;

    @Option(
            names = "--save-config",
            paramLabel = "FILE.json",
            description = "Write all options of this conversion, so that --config repeats it.")
    private @Nullable Path savedConfig;

    @Mixin
    private InputShapes shapes;

    @Override
    public Integer call() throws IOException {
        if (in.toString().toLowerCase(Locale.ROOT).endsWith(".octavo")) {
            throw new ParameterException(
                    spec.commandLine(), in + " is converted already; give the ONNX file that it was made from");
        }
        if (keepFloatWorst != null && keepFloatWorst < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--keep-float-worst must be at least 0, not " + keepFloatWorst);
        }
        new OutputFiles(spec.commandLine())
                .reads(in)
                .reads(labels)
                .reads(config)
                .writes("--output", out)
                .writes("--report", page)
                .writes("--save-config", savedConfig)
                .check();
        if (ModelFile.isOnnx(out)) {
            throw new ParameterException(
                    spec.commandLine(), "--output is a model file, not ONNX: name it " + out + ".octavo or the like");
        }
        long start = System.nanoTime();
        ConversionOptions configured = configured();
        Graph graph = OnnxReader.read(in, shapes.byName());
        checkScales(graph);
        ConversionOptions options = options(graph, configured);
        Conversion conversion = convert(graph, options);
        ModelWriter.write(conversion.model(), out);
        report(conversion, (System.nanoTime() - start) / 1e9);
        doubtScale(conversion.model().metadata().preprocessing());
        trace.explain(spec.commandLine().getOut());
        if (savedPictures != null) {
            DrawnSheet.write(graph, savedPictures);
        }
        if (page != null) {
            WholeFile.write(page, ConversionReport.html(conversion, Files.size(out)));
        }
        if (savedConfig != null) {
            WholeFile.write(savedConfig, OptionsJson.write(options));
        }
        return 0;
    }

    /** Refuses options that say how to quantize a network that says so itself. */
    private void checkScales(Graph graph) {
        List<String> useless = new ArrayList<>(quantization.given());
        if (keepFloatWorst != null) {
            useless.add("--keep-float-worst");
        }
        if (inputRange != null) {
            useless.add("--input-range");
        }
        if (Converter.isQuantized(graph) && !useless.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    in + " is quantized already and its scales are kept, so that " + String.join(" and ", useless)
                            + " would have no effect; convert the float network instead, or leave the option out");
        }
    }

    /** What the file of options says, with how the command line quantizes in place of how the file does. */
    private ConversionOptions configured() throws IOException {
        ConversionOptions options = config == null
                ? ConversionOptions.forBits(
                        quantization.weightBits().orElse(ConversionOptions.DEFAULT_BITS),
                        quantization.activationBits().orElse(ConversionOptions.DEFAULT_BITS))
                : OptionsJson.read(
                        Files.readString(config),
                        config.toString(),
                        quantization.weightBits(),
                        quantization.activationBits());
        options =
                options.with(quantization.over(options.quantization())).withFidelity(fidelity.over(options.fidelity()));
        return keepFloatWorst == null ? options : options.withWorstInFloat(keepFloatWorst);
    }

    private ConversionOptions options(Graph graph, ConversionOptions configured) {
        ConversionOptions options = labels == null ? configured : configured.withLabels(classNames(graph, labels));
        if (inputRange != null) {
            options = options.withInputRange(range(inputRange));
        }
        options = options.withTask(task.given().orElse(options.task()));
        if (inputKind != null) {
            if (options.inputRange().isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(), "--input-kind is for inputs with a range: give --input-range, too");
            }
            try {
                options = options.withInputKind(RuleNames.constant(InputKind.class, inputKind));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--input-kind: " + e.getMessage(), e);
            }
        }
        boolean takesPicture =
                Converter.takesPicture(graph) && options.inputRange().isEmpty();
        if (!takesPicture) {
            if (preprocessing.given()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--mean, --std, --crop, --channels, --fit and --fill are for pictures, but "
                                + (options.inputRange().isPresent()
                                        ? "--input-range is for other inputs"
                                        : graph.name() + " takes none"));
            }
            return options;
        }
        int channels = graph.shape(graph.inputs().getFirst())[1];
        ModelMetadata.Preprocessing resolved =
                preprocessing.resolve(channels, Optional.of(options.preprocessing(channels)));
        return options.withNormalisation(resolved.mean(), resolved.std())
                .withCrop(resolved.crop())
                .withFraming(new ConversionOptions.Framing(resolved.channels(), resolved.fit(), resolved.fill()));
    }

    /** Few networks for colour take samples as they are, and a wrong scale shows only in the accuracy. */
    private void doubtScale(ModelMetadata.Preprocessing resolved) {
        boolean asTheyAre =
                resolved.mean().equals(List.of(0f, 0f, 0f)) && resolved.std().equals(List.of(1f, 1f, 1f));
        if (asTheyAre && config == null && !preprocessing.given()) {
            spec.commandLine()
                    .getErr()
                    .println("octavo: without --mean and --std the network sees samples 0..255 as they are; many"
                            + " networks want --std 255, or --mean 123.675,116.28,103.53 --std"
                            + " 58.395,57.12,57.375");
        }
    }

    private ConversionOptions.Range range(List<Double> bounds) {
        if (bounds.size() != 2) {
            throw new ParameterException(
                    spec.commandLine(), "--input-range must be two numbers, the smaller one first, not " + bounds);
        }
        try {
            return new ConversionOptions.Range(bounds.getFirst(), bounds.getLast());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--input-range: " + e.getMessage(), e);
        }
    }

    private static List<String> classNames(Graph graph, Path file) {
        List<String> names = ClassNames.read(file);
        OptionalInt classes = Converter.classes(graph);
        if (classes.isPresent() && names.size() != classes.getAsInt()) {
            throw new DataException(file + ": has " + names.size() + " names, but " + graph.name() + " knows "
                    + classes.getAsInt()
                    + " classes; write one name on each line");
        }
        return names;
    }

    private Conversion convert(Graph graph, ConversionOptions options) {
        try (Progress progress = Progress.start(spec.commandLine().getErr(), "converting", 0)) {
            return Converter.convert(
                    graph, options, trace.over((stage, done, total) -> progress.at(stage.description(), done, total)));
        }
    }

    /** What became of a file's own quantization where it could not be kept exactly. */
    private static void reportAdaptations(PrintWriter writer, List<Adaptation> adaptations) {
        if (adaptations.isEmpty()) {
            return;
        }
        writer.println(
                adaptations.size() + " tensors could not be kept exactly, since tensors here have zero point 0:");
        TextTable table = new TextTable();
        table.row("tensor", "cause", "dB");
        for (Adaptation adaptation : adaptations) {
            table.row(adaptation.tensor(), adaptation.cause(), Texts.number(adaptation.loss(), 2));
        }
        table.print(writer);
    }

    /** How many bits the weights have, where those differ by layer. */
    private static void reportBits(PrintWriter writer, List<LayerReport> layers) {
        SequencedMap<Integer, List<LayerReport>> byBits = new TreeMap<>();
        long weights = 0;
        long bits = 0;
        for (LayerReport layer : layers) {
            if (layer.weightBits() > 0) {
                byBits.computeIfAbsent(layer.weightBits(), key -> new ArrayList<>())
                        .add(layer);
                weights += layer.weights();
                bits += (long) layer.weights() * layer.weightBits();
            }
        }
        if (byBits.size() > 1) {
            writer.println(Texts.number((double) bits / weights, 2) + " bits per weight:");
            TextTable table = new TextTable();
            table.row("bits", "weights", "layers");
            byBits.reversed()
                    .forEach((count, group) -> table.row(
                            Integer.toString(count),
                            Texts.count(group.stream()
                                    .mapToLong(LayerReport::weights)
                                    .sum()),
                            group.stream().map(LayerReport::name).collect(Collectors.joining(" "))));
            table.print(writer);
        }
    }

    /** What the model is expected to lose, what was done about it, and what to do next. */
    private static void reportFidelity(PrintWriter writer, dev.octavo.tools.convert.ConversionReport report) {
        report.fidelity().ifPresent(found -> {
            List<String> outputs = found.outputs().stream()
                    .map(output -> output.name() + " " + Texts.number(output.sqnrDb(), 1) + " dB")
                    .toList();
            String agreement = found.agreement().isPresent()
                    ? ", agreement " + Texts.number(100 * found.agreement().getAsDouble(), 0) + " %"
                    : "";
            writer.println(
                    "expected of " + found.inputs() + " drawn inputs: " + String.join(", ", outputs) + agreement);
        });
        report.repairs().forEach(step -> writer.println("changed: " + step));
        report.warnings().forEach(warning -> writer.println("warning: " + warning));
    }

    private void report(Conversion conversion, double seconds) throws IOException {
        long quantized = conversion.layers().stream()
                .filter(layer -> layer.weightScale() > 0)
                .count();
        long parameters =
                conversion.layers().stream().mapToLong(LayerReport::weights).sum();
        PrintWriter writer = spec.commandLine().getOut();
        writer.println("wrote " + out + ": " + quantized + " of "
                + conversion.layers().size()
                + " layers in integers, " + Texts.count(parameters) + " weights, " + Texts.count(Files.size(out))
                + " bytes, in " + Texts.number(seconds, 2) + " s");
        reportBits(writer, conversion.layers());
        reportAdaptations(writer, conversion.adaptations());
        reportFidelity(writer, conversion.report());
        writer.flush();
    }
}
