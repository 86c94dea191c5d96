package dev.octavo.tools.cli;

import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.tools.tasks.Detector;
import dev.octavo.tools.tasks.PictureModel;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureException;
import dev.octavo.tools.vision.PictureReader;
import dev.octavo.tools.vision.PngWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code octavo run}. */
@Command(
        name = "run",
        description =
                "Say what pictures show: classes, boxes, masks or landmarks, as the model's task is; or print what its"
                        + " outputs are.")
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

    @Option(
            names = "--threshold",
            paramLabel = "SCORE",
            description = "Least score of boxes, in [0, 1); 0.35 by default.")
    private double threshold = Detector.Options.FOR_PEOPLE.threshold();

    @Option(
            names = "--draw",
            paramLabel = "OUT.png",
            description =
                    "Draw boxes, masks, landmarks or the resulting picture; of several pictures, each into a file with"
                            + " its name before the ending.")
    private @Nullable Path drawing;

    @Mixin
    private PreprocessingOptions preprocessing;

    @Mixin
    private InputShapes shapes;

    @Mixin
    private TaskOptions tasks;

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw new ParameterException(spec.commandLine(), "--top must be at least 1, not " + top);
        }
        if (!(threshold >= 0 && threshold < 1)) {
            throw new ParameterException(spec.commandLine(), "--threshold must be in [0, 1), not " + threshold);
        }
        OutputFiles files = new OutputFiles(spec.commandLine()).reads(file);
        images.forEach(files::reads);
        files.writes("--draw", drawing).check();
        boolean failed = false;
        try (ModelFile model = ModelFile.open(file, shapes);
                PictureModel pictures = model.pictures(preprocessing, Optional.empty(), SessionOptions.defaults())) {
            Task task = model.task(tasks, Optional.empty());
            Answers answers = new Answers(pictures, task, top, threshold);
            for (Path image : images) {
                try {
                    answer(answers, image);
                } catch (PictureException e) {
                    if (images.size() == 1) {
                        throw e;
                    }
                    // One picture that cannot be read does not keep the others from being answered.
                    spec.commandLine().getErr().println("octavo: " + Failure.describe(e));
                    failed = true;
                }
            }
        }
        return failed ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private void answer(Answers answers, Path image) {
        Picture picture = PictureReader.read(image);
        Answers.Answer answer = answers.of(picture);
        PrintWriter out = spec.commandLine().getOut();
        out.println(Terminal.escaped(image.toString()));
        answer.lines().forEach(line -> out.println("  " + Terminal.escaped(line)));
        out.flush();
        if (drawing != null) {
            PngWriter.write(
                    answer.drawing()
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "there is nothing to draw: " + file + " gives neither boxes, masks, landmarks nor"
                                            + " pictures; say with --task what it is")),
                    target(drawing, image));
        }
    }

    private Path target(Path named, Path image) {
        if (images.size() == 1) {
            return named;
        }
        String name = String.valueOf(image.getFileName()).replaceFirst("\\.[^.]*$", "");
        String base = String.valueOf(named.getFileName()).replaceFirst("\\.png$", "");
        return named.resolveSibling(base + "-" + name + ".png");
    }
}
