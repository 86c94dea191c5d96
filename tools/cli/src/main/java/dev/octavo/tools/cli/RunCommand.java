package dev.octavo.tools.cli;

import dev.octavo.runtime.SessionOptions;
import dev.octavo.tools.evaluate.Classifier;
import dev.octavo.tools.evaluate.Logits;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code octavo run}. */
@Command(name = "run", description = "Say what pictures show, with probabilities.")
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model, .octavo or .onnx (which runs in float).")
    private Path file;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "Pictures: JPEG, PNG, BMP or GIF files.")
    private List<Path> images;

    @Option(names = "--top", paramLabel = "K", description = "How many classes to name; 5 by default.")
    private int top = 5;

    @Mixin
    private PreprocessingOptions preprocessing;

    @Mixin
    private InputShapes shapes;

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw new ParameterException(spec.commandLine(), "--top must be at least 1, not " + top);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (ModelFile model = ModelFile.open(file, shapes);
                Classifier classifier = model.classifier(preprocessing, Optional.empty(), SessionOptions.defaults())) {
            List<String> labels = model.model().labels();
            for (Path image : images) {
                Picture picture = PictureReader.read(image);
                print(out, image, classifier.logits(picture), labels);
            }
        }
        return 0;
    }

    private void print(PrintWriter out, Path image, float[] logits, List<String> labels) {
        double[] probabilities = Logits.probabilities(logits);
        out.println(image);
        for (int label : Logits.top(logits, top)) {
            String name = label < labels.size() ? labels.get(label) + " (" + label + ")" : "class " + label;
            out.println("  " + String.format("%8s", Texts.percent(probabilities[label])) + "  " + name);
        }
        out.flush();
    }
}
