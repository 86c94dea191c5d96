package dev.octavo.tools.cli;

import dev.octavo.runtime.ModelMetadata;
import dev.octavo.runtime.format.ModelWriter;
import dev.octavo.tools.convert.Conversion;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.convert.LayerReport;
import dev.octavo.tools.data.ClassNames;
import dev.octavo.tools.data.DataException;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.passes.QuantizationOptions;
import dev.octavo.tools.report.ConversionReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code octavo convert}. */
@Command(name = "convert", description = "Turn a float ONNX model into an integer model, without any data.")
final class ConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "IN.onnx", description = "A float network, opset 7 to 22.")
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
            description = "Keep the N layers in float that are expected to lose most.")
    private int keepFloatWorst;

    @Mixin
    private PreprocessingOptions preprocessing;

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

    @Override
    public Integer call() throws IOException {
        QuantizationOptions quantized = quantization.options();
        if (keepFloatWorst < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--keep-float-worst must be at least 0, not " + keepFloatWorst);
        }
        checkFiles();
        long start = System.nanoTime();
        Graph graph = OnnxReader.read(in);
        Conversion conversion = Converter.convert(graph, options(graph, quantized));
        ModelWriter.write(conversion.model(), out);
        report(conversion, (System.nanoTime() - start) / 1e9);
        if (page != null) {
            Files.writeString(page, ConversionReport.html(conversion, Files.size(out)));
        }
        return 0;
    }

    /** Refuses before any work what would destroy a file that the user needs, or could not be written at the end. */
    private void checkFiles() throws IOException {
        if (in.toString().toLowerCase(Locale.ROOT).endsWith(".octavo")) {
            throw new ParameterException(
                    spec.commandLine(), in + " is converted already; give the ONNX file that it was made from");
        }
        checkWritable("--output", out);
        if (page != null) {
            checkWritable("--report", page);
            if (same(page, out)) {
                throw new ParameterException(spec.commandLine(), "--output and --report are both " + page);
            }
        }
    }

    private void checkWritable(String option, Path file) throws IOException {
        if (same(file, in) || (labels != null && same(file, labels))) {
            throw new ParameterException(spec.commandLine(), option + " would overwrite " + file + ", which is read");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new DataException(file + ": exists and is not a file; give " + option + " another name");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new DataException(file + ": there is no folder " + folder + "; create it first");
        }
    }

    private static boolean same(Path one, Path other) throws IOException {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())
                || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
    }

    private ConversionOptions options(Graph graph, QuantizationOptions quantized) {
        ConversionOptions options = ConversionOptions.forBits(8).with(quantized).withWorstInFloat(keepFloatWorst);
        if (labels != null) {
            options = options.withLabels(classNames(graph, labels));
        }
        if (preprocessing.given() && (inputRange != null || !Converter.takesPicture(graph))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--mean, --std and --crop are for pictures, but "
                            + (inputRange != null
                                    ? "--input-range is for other inputs"
                                    : graph.name() + " takes none"));
        }
        if (inputRange != null) {
            return options.withInputRange(low(inputRange), inputRange.getLast());
        }
        if (!Converter.takesPicture(graph)) {
            return options;
        }
        int channels = graph.shape(graph.inputs().getFirst())[1];
        ModelMetadata.Preprocessing resolved = preprocessing.resolve(channels, Optional.empty());
        return options.withNormalisation(resolved.mean(), resolved.std()).withCrop(resolved.crop());
    }

    private double low(List<Double> range) {
        if (range.size() != 2 || !(range.getFirst() < range.getLast())) {
            throw new ParameterException(
                    spec.commandLine(), "--input-range must be two numbers, the smaller one first, not " + range);
        }
        return range.getFirst();
    }

    private static List<String> classNames(Graph graph, Path file) {
        List<String> names = ClassNames.read(file);
        int classes = 1;
        for (int extent : graph.shape(graph.outputs().getFirst())) {
            classes *= extent;
        }
        if (names.size() != classes) {
            throw new DataException(file + ": has " + names.size() + " names, but " + graph.name() + " knows " + classes
                    + " classes; write one name on each line");
        }
        return names;
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
        writer.flush();
    }
}
