package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.models.WriteModels;
import dev.octavo.benchmarks.onnx.RivalExport;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.convert.ConversionOptions;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.export.Int8Form;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A network in all the forms that are measured.
 *
 * @param folder where its ONNX files are
 * @param floatFile the float network
 * @param inFloat Octavo's float baseline
 * @param int8 Octavo's int8 model, for pictures
 * @param conversionSeconds what making {@code int8} took, without reading the file
 */
record Converted(
        Architecture architecture,
        Path folder,
        Path floatFile,
        ModelDefinition inFloat,
        ModelDefinition int8,
        double conversionSeconds) {
    // Of ImageNet, on the scale 0..255.
    private static final List<Float> MEAN = List.of(123.675f, 116.28f, 103.53f);
    private static final List<Float> STD = List.of(58.395f, 57.12f, 57.375f);

    /** Writes the float network to {@code folder} unless it is there, and converts it by default options. */
    static Converted of(Architecture architecture, Path folder) throws IOException {
        Path file = folder.resolve(architecture.id() + ".onnx");
        if (!Files.exists(file)) {
            WriteModels.write(architecture.onnx(WriteModels.SEED), file);
        }
        Graph graph = OnnxReader.read(file);
        ModelDefinition inFloat = Converter.inFloat(graph);
        long start = System.nanoTime();
        ModelDefinition int8 = Converter.convert(graph, options()).model();
        return new Converted(architecture, folder, file, inFloat, int8, (System.nanoTime() - start) * 1e-9);
    }

    /** The default quantization of pictures that are normalised as ImageNet's are. */
    static ConversionOptions options() {
        return ConversionOptions.forBits(8).withNormalisation(MEAN, STD);
    }

    /** Writes the int8 network for a rival. */
    Path write(Int8Form form) throws IOException {
        String suffix = form.label().toLowerCase(Locale.ROOT).replace('×', '_').replace(' ', '_');
        Path file = folder.resolve(architecture.id() + "-" + suffix + ".onnx");
        WriteModels.write(RivalExport.fast(int8, form), file);
        return file;
    }
}
