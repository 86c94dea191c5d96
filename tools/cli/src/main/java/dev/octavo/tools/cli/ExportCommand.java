package dev.octavo.tools.cli;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.data.DataException;
import dev.octavo.tools.export.NcnnTable;
import dev.octavo.tools.export.QdqExport;
import dev.octavo.tools.files.WholeFile;
import dev.octavo.tools.onnx.proto.ModelProto;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code octavo export}. */
@Command(
        name = "export",
        description =
                "Write a converted model for other runtimes: as ONNX with QuantizeLinear and DequantizeLinear, or as"
                        + " a calibration table of ncnn.")
final class ExportCommand implements Callable<Integer> {
    /** How ONNX stores activations. */
    enum Codes {
        /** With zero point 128 where a tensor can be negative: the fastest in ONNX Runtime. */
        UINT8,
        /** With zero point −128 where a tensor cannot be negative; all 0, as TensorRT wants it, after --activations int8. */
        INT8
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL.octavo", description = "A converted model.")
    private Path in;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT.onnx",
            description = "The ONNX file to write.")
    private @Nullable Path out;

    @Option(
            names = "--codes",
            paramLabel = "TYPE",
            description =
                    "How ONNX stores activations: uint8 (the default) or int8. TensorRT takes int8 of a model that"
                            + " was converted with --activations int8.")
    private Codes codes = Codes.UINT8;

    @Option(names = "--ncnn-table", paramLabel = "FILE", description = "Write the table that ncnn2int8 reads.")
    private @Nullable Path table;

    @Override
    public Integer call() throws IOException {
        if (out == null && table == null) {
            throw new ParameterException(spec.commandLine(), "nothing to write: give --output or --ncnn-table");
        }
        if (ModelFile.isOnnx(in)) {
            throw new ParameterException(
                    spec.commandLine(), in + " is no converted model; convert it first, then export the .octavo file");
        }
        new OutputFiles(spec.commandLine())
                .reads(in)
                .writes("--output", out)
                .writes("--ncnn-table", table)
                .check();
        PrintWriter writer = spec.commandLine().getOut();
        try (Model model = Model.load(in)) {
            ModelDefinition definition = model.definition();
            if (out != null) {
                WholeFile.write(out, onnx(definition).toByteArray());
                writer.println("wrote " + out + ": " + Texts.count(Files.size(out)) + " bytes");
            }
            if (table != null) {
                WholeFile.write(table, NcnnTable.of(definition));
                writer.println("wrote " + table + ": " + Texts.count(Files.size(table)) + " bytes");
            }
        }
        writer.flush();
        return 0;
    }

    private ModelProto onnx(ModelDefinition definition) {
        try {
            return QdqExport.of(definition, codes == Codes.INT8);
        } catch (IllegalArgumentException e) {
            throw new DataException(in + ": " + e.getMessage(), e);
        }
    }
}
