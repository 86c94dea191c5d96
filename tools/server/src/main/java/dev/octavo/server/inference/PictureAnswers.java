package dev.octavo.server.inference;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.server.inference.Classes.Ranked;
import dev.octavo.server.inference.Inference.Result;
import dev.octavo.server.protocol.Json;
import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.repository.PictureInputs;
import dev.octavo.tools.tasks.Box;
import dev.octavo.tools.tasks.Detection;
import dev.octavo.tools.tasks.DetectionDecoder;
import dev.octavo.tools.tasks.DetectionDecoders;
import dev.octavo.tools.tasks.Detector;
import dev.octavo.tools.tasks.Mask;
import dev.octavo.tools.tasks.ModelOutput;
import dev.octavo.tools.tasks.NonMaximumSuppression;
import dev.octavo.tools.tasks.PictureInput;
import dev.octavo.tools.tasks.Segmentation;
import dev.octavo.tools.tasks.Tasks;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Placement;
import dev.octavo.tools.vision.Resize;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** What a model says of a picture, as JSON: classes, or boxes of a detector, or the mask of a segmenter. */
public final class PictureAnswers {
    private static final int LARGEST_MASK = 512;

    private PictureAnswers() {}

    /** Returns what the task of a model is called: {@code classifier}, {@code detector:yolox}, … */
    public static String task(Model model) {
        return Tasks.describe(Tasks.of(model));
    }

    /**
     * Returns an answer.
     *
     * @param top how many classes to name
     * @param nanos since the request came
     */
    public static byte[] json(Result result, Picture picture, int top, long nanos) {
        PictureInputs pictures =
                result.model().pictures().orElseThrow(() -> ProtocolException.invalid("the model takes no pictures"));
        Task task = Tasks.of(result.model().model());
        return Json.object(json -> {
            json.writeStringProperty("model_name", result.model().name());
            json.writeStringProperty("model_version", result.model().version());
            json.writeStringProperty("task", Tasks.describe(task));
            json.writeNumberProperty("milliseconds", Math.round(nanos / 1e4) / 100.0);
            switch (task.kind()) {
                case DETECTOR -> detections(json, result, picture, pictures, task);
                case SEGMENTER -> mask(json, result, picture, pictures);
                default -> classes(json, result, top);
            }
        });
    }

    private static List<ModelOutput> outputs(Result result) {
        List<TensorSpec> specs = result.model().model().outputs();
        List<ModelOutput> outputs = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            outputs.add(ModelOutput.of(specs.get(i), result.outputs().get(i)));
        }
        return outputs;
    }

    private static void classes(JsonGenerator json, Result result, int top) {
        float[] scores = result.outputs().getFirst().toFloatArray();
        json.writeArrayPropertyStart("classes");
        for (Ranked ranked : Classes.best(scores, top, result.model().labels())) {
            json.writeStartObject();
            json.writeNumberProperty("index", ranked.index());
            json.writeStringProperty("label", ranked.label());
            json.writeNumberProperty("score", ranked.score());
            json.writeNumberProperty("probability", Math.round(ranked.probability() * 1e6) / 1e6);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void detections(
            JsonGenerator json, Result result, Picture picture, PictureInputs pictures, Task task) {
        PictureInput input = pictures.input();
        DetectionDecoder decoder =
                DetectionDecoders.create(task.decoder(), input.width(), input.height(), task.anchors());
        Detector.Options options = Detector.Options.FOR_PEOPLE;
        List<Detection> found = NonMaximumSuppression.perClass(
                decoder.decode(outputs(result), options.threshold()), options.overlap(), options.limit());
        Placement placement = pictures.placement(picture);
        List<String> labels = result.model().labels();
        json.writeArrayPropertyStart("detections");
        for (Detection detection : found) {
            Box box = new Box(
                            placement.pictureX(detection.box().left()),
                            placement.pictureY(detection.box().top()),
                            placement.pictureX(detection.box().right()),
                            placement.pictureY(detection.box().bottom()))
                    .within(picture.width(), picture.height());
            if (box.area() > 0) {
                int label = detection.label();
                json.writeStartObject();
                json.writeNumberProperty("index", label);
                json.writeStringProperty("label", label < labels.size() ? labels.get(label) : "class " + label);
                json.writeNumberProperty("score", detection.score());
                json.writeArrayPropertyStart("box");
                for (double edge : new double[] {box.left(), box.top(), box.right(), box.bottom()}) {
                    json.writeNumber(Math.round(edge * 10) / 10.0);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    /** A mask of the picture's proportions, no larger than a screen needs. */
    private static void mask(JsonGenerator json, Result result, Picture picture, PictureInputs pictures) {
        double scale = Math.min(1, (double) LARGEST_MASK / Math.max(picture.width(), picture.height()));
        Picture small =
                Resize.triangle(picture, Math.max(1, (int) Math.round(picture.width() * scale)), Math.max(1, (int)
                        Math.round(picture.height() * scale)));
        Mask mask = Segmentation.of(outputs(result)).mask(small, pictures.input(), pictures.placement(small));
        byte[] labels = new byte[mask.width() * mask.height()];
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                labels[y * mask.width() + x] = (byte) mask.label(x, y);
            }
        }
        json.writeObjectPropertyStart("mask");
        json.writeNumberProperty("width", mask.width());
        json.writeNumberProperty("height", mask.height());
        json.writeStringProperty("labels", Base64.getEncoder().encodeToString(labels));
        json.writeEndObject();
    }
}
