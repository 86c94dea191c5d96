package dev.octavo.tools.cli;

import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.tools.data.KeywordSamples;
import dev.octavo.tools.data.LabelledBoxes;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.data.LabelledMasks;
import dev.octavo.tools.evaluate.Classifier;
import dev.octavo.tools.evaluate.Evaluation;
import dev.octavo.tools.evaluate.Evaluator;
import dev.octavo.tools.evaluate.TaskEvaluation;
import dev.octavo.tools.evaluate.TaskEvaluator;
import dev.octavo.tools.tasks.PictureInput;
import dev.octavo.tools.tasks.PictureModel;
import dev.octavo.tools.vision.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
        description = "Measure how well a model does its task on labelled data, and how close it is to another model:"
                + " top-1 of classifiers and keywords, mAP of detectors, mIoU of segmenters.")
final class EvalCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "A model, .octavo or .onnx (which runs in float).")
    private Path file;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description =
                    "Classes: a folder with labels.csv (lines file,label), a CIFAR-10 .bin file, or an IDX file beside"
                        + " its labels. Boxes: a folder with boxes.csv (file,class,x1,y1,x2,y2), Annotations/*.xml of"
                        + " Pascal VOC, labels/*.txt of YOLO, or COCO's JSON. Masks: a folder with masks*/*.png and"
                        + " images/. Keywords: a folder with samples_NxRxC_int8.bin and labels.csv.")
    private Path data;

    @Option(
            names = "--against",
            paramLabel = "OTHER",
            description = "Another model, .octavo or .onnx, to compare with on the same data: agreement of the answers,"
                    + " difference of the scores, SQNR of the outputs.")
    private @Nullable Path against;

    @Option(names = "--limit", paramLabel = "N", description = "Use the first N pictures, or samples, only.")
    private int limit = Integer.MAX_VALUE;

    @Mixin
    private PreprocessingOptions preprocessing;

    @Mixin
    private TaskOptions tasks;

    @Option(names = "--json", description = "Print one line of JSON; a number that does not exist is null.")
    private boolean json;

    @Mixin
    private InputShapes shapes;

    @Override
    public Integer call() throws IOException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be at least 1, not " + limit);
        }
        try (ModelFile model = ModelFile.open(file, shapes)) {
            if (against == null) {
                evaluate(model, Optional.empty());
            } else {
                try (ModelFile other = ModelFile.open(against, shapes)) {
                    evaluate(model, Optional.of(other));
                }
            }
        }
        return 0;
    }

    private void evaluate(ModelFile model, Optional<ModelFile> reference) {
        EvaluationPrinter printer = new EvaluationPrinter(spec.commandLine().getOut(), json);
        Task task = KeywordSamples.isAt(data)
                ? new Task(Task.Kind.KEYWORDS)
                : model.task(tasks, reference.map(other -> other.model().task()));
        switch (task.kind()) {
            case UNKNOWN, CLASSIFIER -> printer.print(classifier(model, reference));
            case DETECTOR -> printer.print(detector(model, reference, task));
            case SEGMENTER -> printer.print(segmenter(model, reference));
            case KEYWORDS -> printer.print(keywords(model, reference));
            case LANDMARKS, PICTURE ->
                throw new IllegalArgumentException(
                        file + ": there is no measure for " + task.kind() + " models; octavo run shows what they do");
        }
    }

    private TaskEvaluation detector(ModelFile model, Optional<ModelFile> reference, Task task) {
        LabelledBoxes boxes = LabelledBoxes.open(data).limit(limit);
        return withPictures(
                model,
                reference,
                boxes.pictures().size(),
                (opened, other, progress) -> TaskEvaluator.detector(opened, other, task, boxes, progress::at));
    }

    private TaskEvaluation segmenter(ModelFile model, Optional<ModelFile> reference) {
        LabelledMasks masks = LabelledMasks.open(data).limit(limit);
        return withPictures(
                model,
                reference,
                masks.pictures().size(),
                (opened, other, progress) -> TaskEvaluator.segmenter(opened, other, masks, progress::at));
    }

    /** Measures with the sessions of one or two models. */
    @FunctionalInterface
    private interface Measurement {
        TaskEvaluation measure(PictureModel model, Optional<PictureModel> reference, Progress progress);
    }

    private TaskEvaluation withPictures(
            ModelFile model, Optional<ModelFile> reference, int pictures, Measurement measurement) {
        SessionOptions options = SessionOptions.defaults();
        Optional<ModelMetadata.Preprocessing> known = model.knownPreprocessing();
        try (PictureModel opened =
                        model.pictures(preprocessing, reference.flatMap(ModelFile::knownPreprocessing), options);
                Progress progress = Progress.start(spec.commandLine().getErr(), "evaluating", pictures)) {
            if (reference.isEmpty()) {
                return measurement.measure(opened, Optional.empty(), progress);
            }
            try (PictureModel other = reference.get().pictures(preprocessing, known, options)) {
                return measurement.measure(opened, Optional.of(other), progress);
            }
        }
    }

    private TaskEvaluation keywords(ModelFile model, Optional<ModelFile> reference) {
        KeywordSamples samples = KeywordSamples.open(data);
        ModelMetadata.Preprocessing resolved = preprocessing.resolve(
                1,
                model.knownPreprocessing()
                        .filter(known -> known.mean().size() == 1)
                        .or(() -> reference.flatMap(ModelFile::knownPreprocessing)));
        try (Progress progress = Progress.start(spec.commandLine().getErr(), "evaluating", samples.size())) {
            return TaskEvaluator.keywords(
                    model.model(),
                    reference.map(ModelFile::model),
                    samples,
                    limit,
                    resolved.mean().getFirst(),
                    resolved.std().getFirst(),
                    progress::at);
        }
    }

    private Evaluation classifier(ModelFile model, Optional<ModelFile> reference) {
        LabelledData pictures = LabelledData.open(data).limit(limit);
        Function<ModelFile, Classifier> opener = opened -> opened.classifier(
                preprocessing,
                (opened == model ? reference : Optional.of(model)).flatMap(ModelFile::knownPreprocessing),
                SessionOptions.defaults());
        try (Classifier classifier = opener.apply(model)) {
            if (reference.isEmpty()) {
                return classifier(model, pictures, classifier, Optional.empty());
            }
            try (Classifier other = opener.apply(reference.get())) {
                return classifier(model, pictures, classifier, Optional.of(other));
            }
        }
    }

    private Evaluation classifier(
            ModelFile model, LabelledData pictures, Classifier classifier, Optional<Classifier> reference) {
        Evaluation evaluation;
        try (Progress progress = Progress.start(spec.commandLine().getErr(), "evaluating", pictures.size())) {
            evaluation = Evaluator.evaluate(
                    classifier, reference, pictures, (index, picture, logits, expected) -> progress.at(index + 1));
        }
        warnOfAdaptation(pictures, PictureInput.of(model.model()));
        warnOfChance(evaluation, classifier.classes());
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

    /** A network that guesses is fed wrongly far more often than it knows nothing. */
    private void warnOfChance(Evaluation evaluation, int classes) {
        if (classes > 3 && evaluation.images() >= 2 * classes && evaluation.top1() <= 3.0 / classes) {
            spec.commandLine()
                    .getErr()
                    .println("octavo: warning: top-1 is what guessing gives among " + classes + " classes; check --mean"
                            + " and --std, the order"
                            + " of --channels, and"
                            + " whether labels count"
                            + " classes as the model"
                            + " does");
        }
    }

    private static String size(int width, int height, int channels) {
        return width + "×" + height + (channels == 1 ? " in grey" : " in colour");
    }
}
