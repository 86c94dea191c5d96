package dev.octavo.benchmarks.models;

import dev.octavo.tools.onnx.proto.ModelProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/** Writes the ONNX files of the networks, or of those that are named, to a folder: {@code WriteModels FOLDER [ID…]}. */
public final class WriteModels {
    /** Of the weights of every network here, so that all runs measure the same files. */
    public static final long SEED = 42;

    private WriteModels() {}

    /** The command line. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            System.err.println("usage: WriteModels FOLDER [ID…]");
            System.exit(2);
        }
        List<String> wanted = Arrays.asList(arguments).subList(1, arguments.length);
        for (Architecture architecture : Architecture.chosen(wanted)) {
            Path file = Path.of(arguments[0]).resolve(architecture.id() + ".onnx");
            System.err.println("writing " + file);
            write(architecture.onnx(SEED), file);
        }
    }

    /** Writes a model, and creates the folder if need be. */
    public static void write(ModelProto model, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        // A reader finds a whole file or none.
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
            model.writeTo(out);
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
