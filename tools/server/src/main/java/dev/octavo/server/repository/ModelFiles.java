package dev.octavo.server.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds models in files and folders: NAME.octavo, NAME.onnx, NAME/VERSION/model.*. */
final class ModelFiles {
    private final List<Path> roots;

    ModelFiles(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /**
     * Returns the versions of each model, the latest first.
     *
     * @throws RepositoryException if a path is missing, or two models have one name
     */
    Map<String, List<ModelSource>> find() {
        Map<String, List<ModelSource>> models = new LinkedHashMap<>();
        for (Path root : roots) {
            if (Files.isDirectory(root)) {
                inFolder(root, models);
            } else if (ModelSource.isModel(root)) {
                add(models, List.of(ModelSource.ofFile(root)));
            } else {
                throw new RepositoryException(root + ": is neither a folder nor a model, .octavo or .onnx");
            }
        }
        return models;
    }

    private static void inFolder(Path root, Map<String, List<ModelSource>> models) {
        List<Path> children = new ArrayList<>();
        try (var list = Files.list(root)) {
            list.sorted().forEach(children::add);
        } catch (IOException e) {
            throw new RepositoryException(root + ": cannot be read: " + e.getMessage(), e);
        }
        for (Path child : children) {
            if (ModelSource.isModel(child)) {
                boolean alsoConverted = child.toString().endsWith(".onnx")
                        && children.contains(child.resolveSibling(ModelSource.baseName(child) + ".octavo"));
                if (!alsoConverted) {
                    add(models, List.of(ModelSource.ofFile(child)));
                }
            } else if (Files.isDirectory(child)) {
                try {
                    add(models, ModelSource.ofFolder(child));
                } catch (IOException e) {
                    throw new RepositoryException(child + ": cannot be read: " + e.getMessage(), e);
                }
            }
        }
    }

    private static void add(Map<String, List<ModelSource>> models, List<ModelSource> versions) {
        if (versions.isEmpty()) {
            return;
        }
        List<ModelSource> other = models.putIfAbsent(versions.getFirst().name(), versions);
        if (other != null) {
            throw new RepositoryException(
                    versions.getFirst().file() + " and " + other.getFirst().file() + " would both be served as '"
                            + versions.getFirst().name() + "'; rename one of them");
        }
    }
}
