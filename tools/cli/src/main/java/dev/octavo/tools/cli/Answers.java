package dev.octavo.tools.cli;

import dev.octavo.runtime.format.ModelMetadata.ChannelOrder;
import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.tools.evaluate.Logits;
import dev.octavo.tools.tasks.Detection;
import dev.octavo.tools.tasks.Detector;
import dev.octavo.tools.tasks.Drawing;
import dev.octavo.tools.tasks.Landmarks;
import dev.octavo.tools.tasks.Mask;
import dev.octavo.tools.tasks.ModelOutput;
import dev.octavo.tools.tasks.PictureModel;
import dev.octavo.tools.tasks.Point;
import dev.octavo.tools.tasks.ResultPicture;
import dev.octavo.tools.tasks.Segmentation;
import dev.octavo.tools.vision.Picture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a model says of pictures, in words and as a drawing. */
final class Answers {
    /** Parts of a mask below this one are not named. */
    private static final double SMALLEST_PART = 0.0005;

    /** Lines for people, and what can be drawn. */
    record Answer(List<String> lines, Optional<Picture> drawing) {}

    private final PictureModel model;
    private final Task task;
    private final int top;
    private final double threshold;

    Answers(PictureModel model, Task task, int top, double threshold) {
        this.model = model;
        this.task = task;
        this.top = top;
        this.threshold = threshold;
    }

    /**
     * Runs the model on a picture.
     *
     * @throws IllegalArgumentException if the outputs are not those of the task
     */
    Answer of(Picture picture) {
        List<ModelOutput> outputs = model.run(picture);
        return switch (task.kind()) {
            case CLASSIFIER, KEYWORDS -> new Answer(classes(outputs), Optional.empty());
            case DETECTOR -> boxes(picture, outputs);
            case SEGMENTER -> mask(picture, outputs);
            case LANDMARKS -> landmarks(picture, outputs);
            case PICTURE -> picture(outputs);
            case UNKNOWN -> new Answer(numbers(outputs), Optional.empty());
        };
    }

    private List<String> labels() {
        return model.model().labels();
    }

    private List<String> classes(List<ModelOutput> outputs) {
        if (outputs.size() != 1) {
            throw new IllegalArgumentException("a classifier has one output, but the model gives " + outputs);
        }
        float[] logits = outputs.getFirst().toArray();
        double[] probabilities = Logits.probabilities(logits);
        return Logits.top(logits, top).stream()
                .map(label -> percent(probabilities[label]) + "  "
                        + (label < labels().size() ? labels().get(label) + " (" + label + ")" : "class " + label))
                .toList();
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%8s", Texts.percent(part));
    }

    private Answer boxes(Picture picture, List<ModelOutput> outputs) {
        Detector.Options usual = Detector.Options.FOR_PEOPLE;
        Detector detector = Detector.of(model, task, new Detector.Options(threshold, usual.overlap(), usual.limit()));
        List<Detection> detections = detector.detections(picture, outputs);
        List<String> lines = new ArrayList<>();
        for (Detection detection : detections) {
            lines.add(percent(detection.score()) + "  " + Drawing.name(detection.label(), labels()) + "  "
                    + Texts.number(detection.box().left(), 0) + ","
                    + Texts.number(detection.box().top(), 0) + " to "
                    + Texts.number(detection.box().right(), 0) + ","
                    + Texts.number(detection.box().bottom(), 0));
        }
        if (lines.isEmpty()) {
            lines.add("nothing with a score above " + Texts.number(threshold, 2) + "; see --threshold");
        }
        return new Answer(lines, Optional.of(Drawing.detections(picture, detections, labels())));
    }

    private Answer mask(Picture picture, List<ModelOutput> outputs) {
        Mask mask = Segmentation.of(outputs).mask(picture, model.input(), model.placement(picture));
        long[] counts = mask.counts();
        double pixels = Arrays.stream(counts).sum();
        List<String> lines = IntStream.range(0, counts.length)
                .filter(label -> counts[label] / pixels >= SMALLEST_PART)
                .boxed()
                .sorted((a, b) -> Long.compare(counts[b], counts[a]))
                .map(label -> percent(counts[label] / pixels) + "  " + Drawing.name(label, labels()))
                .toList();
        return new Answer(lines, Optional.of(Drawing.mask(picture, mask, labels())));
    }

    private Answer landmarks(Picture picture, List<ModelOutput> outputs) {
        List<Point> points = Landmarks.of(outputs, model.input(), model.placement(picture));
        String line = points.stream()
                .map(point -> Texts.number(point.x(), 1) + "," + Texts.number(point.y(), 1))
                .collect(Collectors.joining(" "));
        return new Answer(List.of(line), Optional.of(Drawing.points(picture, points)));
    }

    private Answer picture(List<ModelOutput> outputs) {
        boolean reversed = model.model().preprocessing().channels() == ChannelOrder.BGR;
        Picture result = ResultPicture.of(outputs, reversed);
        return new Answer(
                List.of("a picture of " + result.width() + "×" + result.height() + "; --draw stores it"),
                Optional.of(result));
    }

    /** Of a network whose task nobody knows there is still something to say. */
    private static List<String> numbers(List<ModelOutput> outputs) {
        List<String> lines = new ArrayList<>();
        for (ModelOutput output : outputs) {
            float[] values = output.toArray();
            double sum = 0;
            float least = Float.POSITIVE_INFINITY;
            float greatest = Float.NEGATIVE_INFINITY;
            for (float value : values) {
                sum += value;
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
            lines.add(output.name() + " "
                    + Arrays.stream(output.shape()).mapToObj(Integer::toString).collect(Collectors.joining("×"))
                    + ": " + Texts.number(least, 4) + " to " + Texts.number(greatest, 4) + ", mean "
                    + Texts.number(sum / values.length, 4));
        }
        lines.add("what that means is not known; say it with --task");
        return lines;
    }
}
