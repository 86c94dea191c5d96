package dev.octavo.tools.cli;

import dev.octavo.runtime.SessionOptions;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.data.Picture;
import dev.octavo.tools.evaluate.Classifier;
import dev.octavo.tools.evaluate.Evaluation;
import dev.octavo.tools.evaluate.Evaluator;
import dev.octavo.tools.evaluate.PictureInput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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

/** {@code octavo eval}. */
@Command(
        name = "eval",
        description = "Measure the accuracy of a model on labelled pictures, and how close it is to another model.")
final class EvalCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "A model, .octavo or .onnx (which runs in float).")
    private Path file;

    @Mixin
    private LabelledPictures data;

    @Option(
            names = "--against",
            paramLabel = "OTHER",
            description =
                    "Another model, .octavo or .onnx, to compare with: agreement of the answers, SQNR of the logits.")
    private @Nullable Path against;

    @Option(names = "--limit", paramLabel = "N", description = "Use the first N pictures only.")
    private @Nullable Integer limit;

    @Mixin
    private PreprocessingOptions preprocessing;

    @Option(names = "--json", description = "Print one line of JSON; a number that does not exist is null.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (limit != null && limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be at least 1, not " + limit);
        }
        LabelledData opened = data.open();
        LabelledData pictures = limit == null ? opened : opened.limit(limit);
        Evaluation evaluation = against == null ? evaluate(pictures) : evaluate(pictures, against);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            printJson(out, evaluation);
        } else {
            print(out, evaluation);
        }
        return 0;
    }

    private Evaluation evaluate(LabelledData pictures) throws IOException {
        try (ModelFile model = ModelFile.open(file);
                Classifier classifier = model.classifier(preprocessing, Optional.empty(), SessionOptions.defaults())) {
            return evaluate(pictures, model, classifier, Optional.empty());
        }
    }

    private Evaluation evaluate(LabelledData pictures, Path reference) throws IOException {
        try (ModelFile model = ModelFile.open(file);
                ModelFile other = ModelFile.open(reference);
                Classifier classifier =
                        model.classifier(preprocessing, other.knownPreprocessing(), SessionOptions.defaults());
                Classifier otherClassifier =
                        other.classifier(preprocessing, model.knownPreprocessing(), SessionOptions.defaults())) {
            return evaluate(pictures, model, classifier, Optional.of(otherClassifier));
        }
    }

    private Evaluation evaluate(
            LabelledData pictures, ModelFile model, Classifier classifier, Optional<Classifier> reference) {
        Evaluation evaluation;
        try (Progress progress = Progress.start(spec.commandLine().getErr(), "evaluating", pictures.size())) {
            evaluation = Evaluator.evaluate(
                    classifier, reference, pictures, (index, picture, logits, expected) -> progress.at(index + 1));
        }
        warnOfAdaptation(pictures, PictureInput.of(model.model()));
        return evaluation;
    }

    /** Says that pictures are not what the model takes, which may be meant, or the reason for a poor accuracy. */
    private void warnOfAdaptation(LabelledData pictures, PictureInput input) {
        Picture first = pictures.picture(0);
        if (first.width() != input.width()
                || first.height() != input.height()
                || first.channels() != input.channels()) {
            spec.commandLine()
                    .getErr()
                    .println("octavo: pictures were adapted: " + pictures.name(0) + " is "
                            + size(first.width(), first.height(), first.channels()) + ", but " + file + " takes "
                            + size(input.width(), input.height(), input.channels()));
        }
    }

    private static String size(int width, int height, int channels) {
        return width + "×" + height + (channels == 1 ? " in grey" : " in colour");
    }

    private void print(PrintWriter out, Evaluation evaluation) {
        TextTable table = new TextTable();
        table.row("images", Integer.toString(evaluation.images()));
        table.row("top-1", Texts.percent(evaluation.top1()));
        table.row("top-5", Texts.percent(evaluation.top5()));
        evaluation.referenceTop1().ifPresent(top1 -> table.row("other top-1", Texts.percent(top1)));
        evaluation.agreement().ifPresent(agreement -> table.row("agreement", Texts.percent(agreement)));
        evaluation.sqnrDb().ifPresent(sqnr -> table.row("SQNR", Texts.number(sqnr, 2) + " dB"));
        table.print(out);
    }

    private static void printJson(PrintWriter out, Evaluation evaluation) {
        Json.print(out, json -> {
            json.writeNumberProperty("images", evaluation.images());
            json.writeNumberProperty("top1", evaluation.top1());
            json.writeNumberProperty("top5", evaluation.top5());
            Json.number(json, "agreement", evaluation.agreement());
            Json.number(json, "sqnrDb", evaluation.sqnrDb());
            Json.number(json, "referenceTop1", evaluation.referenceTop1());
        });
    }
}
