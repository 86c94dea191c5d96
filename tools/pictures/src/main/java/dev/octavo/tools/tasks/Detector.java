package dev.octavo.tools.tasks;

import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds objects in pictures. Used by one thread at a time.
 *
 * <pre>{@code
 * try (Model model = Model.load(file);
 *         PictureModel pictures = PictureModel.open(model, SessionOptions.defaults())) {
 *     Detector detector = Detector.of(pictures, model.task(), Detector.Options.FOR_PEOPLE);
 *     List<Detection> found = detector.detect(PictureReader.read(photo));
 * }
 * }</pre>
 */
public final class Detector {
    /**
     * What a detector returns.
     *
     * @param threshold scores up to this one are left out, in [0, 1)
     * @param overlap intersection over union above which two boxes of a class are one object, in [0, 1]
     * @param limit how many detections to return at most
     */
    public record Options(double threshold, double overlap, int limit) {
        /** Shows what a person wants to see. */
        public static final Options FOR_PEOPLE = new Options(0.35, 0.5, 100);

        /** Measures average precision: nearly everything, as the evaluation of COCO has it. */
        public static final Options FOR_MEASURING = new Options(0.01, 0.6, 100);

        /** Checks the ranges. */
        public Options {
            if (!(threshold >= 0 && threshold < 1) || !(overlap >= 0 && overlap <= 1) || limit < 1) {
                throw new IllegalArgumentException("threshold " + threshold + ", overlap " + overlap + " and limit "
                        + limit + " must be in [0, 1), in [0, 1] and at least 1");
            }
        }
    }

    private final PictureModel model;
    private final DetectionDecoder decoder;
    private final Options options;

    private Detector(PictureModel model, DetectionDecoder decoder, Options options) {
        this.model = model;
        this.decoder = decoder;
        this.options = options;
    }

    /**
     * Creates a detector.
     *
     * @throws IllegalArgumentException if the task is no detector's, or its decoder is unknown or lacks anchors
     */
    public static Detector of(PictureModel model, Task task, Options options) {
        if (task.kind() != Task.Kind.DETECTOR) {
            throw new IllegalArgumentException(model.model().name() + " is no detector but " + Tasks.describe(task)
                    + "; say --task detector:" + String.join("|", DetectionDecoders.names()));
        }
        DetectionDecoder decoder = DetectionDecoders.create(
                task.decoder(), model.input().width(), model.input().height(), task.anchors());
        return new Detector(model, decoder, options);
    }

    /** Returns what is in a picture, the best first, in pixels of the picture. */
    public List<Detection> detect(Picture picture) {
        return detections(picture, model.run(picture));
    }

    /** Returns what outputs that {@link PictureModel#run} gave for a picture say of it. */
    public List<Detection> detections(Picture picture, List<ModelOutput> outputs) {
        Placement placement = model.placement(picture);
        List<Detection> kept = NonMaximumSuppression.perClass(
                decoder.decode(outputs, options.threshold()), options.overlap(), options.limit());
        List<Detection> placed = new ArrayList<>();
        for (Detection detection : kept) {
            Box box = detection.box();
            Box inPicture = new Box(
                            placement.pictureX(box.left()),
                            placement.pictureY(box.top()),
                            placement.pictureX(box.right()),
                            placement.pictureY(box.bottom()))
                    .within(picture.width(), picture.height());
            List<Point> landmarks = detection.landmarks().stream()
                    .map(point -> new Point(placement.pictureX(point.x()), placement.pictureY(point.y())))
                    .toList();
            if (inPicture.area() > 0) {
                placed.add(new Detection(detection.label(), detection.score(), inPicture, landmarks));
            }
        }
        return List.copyOf(placed);
    }
}
