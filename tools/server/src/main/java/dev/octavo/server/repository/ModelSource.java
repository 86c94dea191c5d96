package dev.octavo.server.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a version of a model comes from.
 *
 * @param name by which it is asked for
 * @param version a whole number, "1" for a model without versions
 * @param file the model, .octavo or .onnx
 * @param config its configuration, which may be missing
 */
record ModelSource(String name, String version, Path file, Path config) {
    /** What tells that a file is another one than before. */
    record Signature(String version, long bytes, long modified, long configModified) {}

    Signature signature() {
        try {
            return new Signature(
                    version,
                    Files.size(file),
                    Files.getLastModifiedTime(file).toMillis(),
                    Files.exists(config) ? Files.getLastModifiedTime(config).toMillis() : 0);
        } catch (IOException e) {
            return new Signature(version, -1, -1, 0);
        }
    }

    static boolean isModel(Path file) {
        String name = file.getFileName().toString();
        return (name.endsWith(".octavo") || name.endsWith(".onnx")) && Files.isRegularFile(file);
    }

    static String baseName(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    /** Returns the model of a single file. */
    static ModelSource ofFile(Path file) {
        String name = baseName(file);
        return new ModelSource(name, "1", file, file.resolveSibling(name + ".json"));
    }

    /** Returns the versions of a folder, the latest first. */
    static List<ModelSource> ofFolder(Path folder) throws IOException {
        try (var children = Files.list(folder)) {
            return children.filter(child ->
                            child.getFileName().toString().matches("[1-9][0-9]{0,17}") && Files.isDirectory(child))
                    .sorted((a, b) -> Long.compare(version(b), version(a)))
                    .flatMap(child -> inVersion(folder, child).stream())
                    .toList();
        }
    }

    private static long version(Path folder) {
        return Long.parseLong(folder.getFileName().toString());
    }

    private static List<ModelSource> inVersion(Path folder, Path child) {
        try (var files = Files.list(child)) {
            // An integer model beside the network that it was made from is what to serve.
            return files.filter(ModelSource::isModel)
                    .sorted((a, b) ->
                            b.getFileName().toString().compareTo(a.getFileName().toString()))
                    .sorted((a, b) -> Boolean.compare(
                            a.toString().endsWith(".onnx"), b.toString().endsWith(".onnx")))
                    .limit(1)
                    .map(file -> new ModelSource(
                            folder.getFileName().toString(),
                            child.getFileName().toString(),
                            file,
                            folder.resolve("config.json")))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
