package dev.octavo.tools.cli;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.format.ModelFormatException;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.tools.convert.Converter;
import dev.octavo.tools.evaluate.Classifier;
import dev.octavo.tools.evaluate.ModelClassifier;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.tasks.PictureInput;
import dev.octavo.tools.tasks.PictureModel;
import dev.octavo.tools.tasks.Tasks;
import dev.octavo.tools.vision.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** A model that was named on the command line: a model file, or an ONNX file, which runs in float. */
final class ModelFile implements AutoCloseable {
    private final Model model;
    private final boolean onnx;
    private final double openMs;

    private ModelFile(Model model, boolean onnx, double openMs) {
        this.model = model;
        this.onnx = onnx;
        this.openMs = openMs;
    }

    /**
     * Opens a file, by its name.
     *
     * @throws dev.octavo.tools.graph.GraphException if it is an ONNX file that cannot be imported
     * @throws ModelFormatException if it is a model file that is damaged
     * @throws IOException if it cannot be read
     */
    static ModelFile open(Path file, InputShapes shapes) throws IOException {
        long start = System.nanoTime();
        boolean onnx = isOnnx(file);
        Model model = onnx ? inFloat(file, shapes) : Model.load(file);
        return new ModelFile(model, onnx, (System.nanoTime() - start) / 1e6);
    }

    static boolean isOnnx(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    private static Model inFloat(Path file, InputShapes shapes) {
        return Model.of(Converter.inFloat(OnnxReader.read(file, shapes.byName())));
    }

    Model model() {
        return model;
    }

    /** How long opening took. */
    double openMs() {
        return openMs;
    }

    /** What the file says of preprocessing; nothing if it is an ONNX file. */
    Optional<ModelMetadata.Preprocessing> knownPreprocessing() {
        return onnx ? Optional.empty() : Optional.of(model.preprocessing());
    }

    /**
     * Returns what the outputs mean: as the command line says, else as the file does, else as somebody else knows, else as
     * the outputs leave no doubt of.
     */
    Task task(TaskOptions options, Optional<Task> fallback) {
        return options.given()
                .or(() -> Optional.of(model.task()).filter(task -> task.kind() != Task.Kind.UNKNOWN))
                .or(() -> fallback.filter(task -> task.kind() != Task.Kind.UNKNOWN))
                .orElseGet(() -> Tasks.of(model));
    }

    /**
     * Opens a session of the model, whatever its task, that takes pictures.
     *
     * @param options what the command line says of preprocessing
     * @param fallback what is known of preprocessing if neither the command line nor the file says it
     */
    PictureModel pictures(
            PreprocessingOptions options, Optional<ModelMetadata.Preprocessing> fallback, SessionOptions session) {
        PictureInput input = PictureInput.of(model);
        ModelMetadata.Preprocessing resolved =
                options.resolve(input.channels(), knownPreprocessing().or(() -> fallback));
        return PictureModel.open(model, Preprocessing.of(resolved), session);
    }

    /**
     * A session of the model that takes pictures.
     *
     * @param options what the command line says of preprocessing
     * @param fallback what is known of preprocessing if neither the command line nor the file says it
     */
    Classifier classifier(
            PreprocessingOptions options, Optional<ModelMetadata.Preprocessing> fallback, SessionOptions session) {
        PictureInput input = PictureInput.of(model);
        ModelMetadata.Preprocessing resolved =
                options.resolve(input.channels(), knownPreprocessing().or(() -> fallback));
        return ModelClassifier.create(model, Preprocessing.of(resolved), session);
    }

    @Override
    public void close() {
        model.close();
    }
}
