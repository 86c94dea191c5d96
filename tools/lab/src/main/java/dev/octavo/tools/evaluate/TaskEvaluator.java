package dev.octavo.tools.evaluate;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.runtime.format.ModelMetadata.Task;
import dev.octavo.tools.data.DataException;
import dev.octavo.tools.data.KeywordSamples;
import dev.octavo.tools.data.LabelledBoxes;
import dev.octavo.tools.data.LabelledMasks;
import dev.octavo.tools.metrics.Accuracy;
import dev.octavo.tools.metrics.AveragePrecision;
import dev.octavo.tools.metrics.MaskAccuracy;
import dev.octavo.tools.metrics.OutputNoise;
import dev.octavo.tools.tasks.Detector;
import dev.octavo.tools.tasks.Mask;
import dev.octavo.tools.tasks.ModelOutput;
import dev.octavo.tools.tasks.PictureModel;
import dev.octavo.tools.tasks.Segmentation;
import dev.octavo.tools.vision.Picture;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Evaluates models that do something else than to classify pictures, alone or beside a reference. */
public final class TaskEvaluator {
    private TaskEvaluator() {}

    /**
     * Measures the mean average precision of a detector.
     *
     * @param reference another model for the same task, which sees the same pictures
     * @param progress hears how many pictures are done
     * @throws IllegalArgumentException if a model's outputs are not those of the decoder
     */
    public static TaskEvaluation detector(
            PictureModel model, Optional<PictureModel> reference, Task task, LabelledBoxes data, IntConsumer progress) {
        Detector detector = Detector.of(model, task, Detector.Options.FOR_MEASURING);
        Optional<Detector> other = reference.map(opened -> Detector.of(opened, task, Detector.Options.FOR_MEASURING));
        AveragePrecision precision = new AveragePrecision();
        AveragePrecision otherPrecision = new AveragePrecision();
        OutputNoise noise = new OutputNoise();
        int done = 0;
        for (LabelledBoxes.Entry entry : data.pictures()) {
            Picture picture = entry.read();
            List<ModelOutput> outputs = model.run(picture);
            precision.add(entry.objects(), detector.detections(picture, outputs));
            if (reference.isPresent() && other.isPresent()) {
                List<ModelOutput> expected = reference.get().run(picture);
                otherPrecision.add(entry.objects(), other.get().detections(picture, expected));
                noise.add(expected, outputs);
            }
            progress.accept(++done);
        }
        return TaskEvaluation.of("pictures", precision, reference.map(r -> otherPrecision), noise.decibels());
    }

    /**
     * Measures the intersection over union of a segmenter.
     *
     * @param reference another model for the same task, which sees the same pictures
     * @param progress hears how many pictures are done
     * @throws IllegalArgumentException if a model's output is no mask
     */
    public static TaskEvaluation segmenter(
            PictureModel model, Optional<PictureModel> reference, LabelledMasks data, IntConsumer progress) {
        MaskAccuracy accuracy = new MaskAccuracy();
        MaskAccuracy otherAccuracy = new MaskAccuracy();
        OutputNoise noise = new OutputNoise();
        int done = 0;
        for (LabelledMasks.Entry entry : data.pictures()) {
            Picture picture = entry.read();
            Mask truth = entry.mask(picture);
            List<ModelOutput> outputs = model.run(picture);
            accuracy.add(truth, mask(model, picture, outputs));
            if (reference.isPresent()) {
                List<ModelOutput> expected = reference.get().run(picture);
                otherAccuracy.add(truth, mask(reference.get(), picture, expected));
                noise.add(expected, outputs);
            }
            progress.accept(++done);
        }
        return TaskEvaluation.of("pictures", accuracy, reference.map(r -> otherAccuracy), noise.decibels());
    }

    private static Mask mask(PictureModel model, Picture picture, List<ModelOutput> outputs) {
        return Segmentation.of(outputs).mask(picture, model.input(), model.placement(picture));
    }

    /**
     * Measures how many keywords a model recognizes.
     *
     * @param reference another model for the same task, which hears the same samples
     * @param mean of the features' codes
     * @param std of the features' codes
     * @param progress hears how many samples are done
     * @throws IllegalArgumentException if a model does not take such features
     * @throws DataException if a label is not one of the model's classes
     */
    public static TaskEvaluation keywords(
            Model model,
            Optional<Model> reference,
            KeywordSamples data,
            int limit,
            double mean,
            double std,
            IntConsumer progress) {
        Accuracy accuracy = new Accuracy();
        Accuracy otherAccuracy = new Accuracy();
        OutputNoise noise = new OutputNoise();
        try (Session session = model.newSession(SessionOptions.defaults())) {
            Optional<Session> other = reference.map(opened -> opened.newSession(SessionOptions.defaults()));
            for (int i = 0; i < Math.min(limit, data.size()); i++) {
                float[] features = data.sample(i, mean, std);
                ModelOutput scores = scores(model, session, features);
                if (data.label(i) >= scores.elements()) {
                    throw new DataException("sample " + i + ": label " + data.label(i) + ", but the model knows only "
                            + scores.elements() + " classes, from 0");
                }
                accuracy.add(Logits.rank(scores.toArray(), data.label(i)) == 0);
                if (reference.isPresent() && other.isPresent()) {
                    ModelOutput expected = scores(reference.get(), other.get(), features);
                    otherAccuracy.add(Logits.rank(expected.toArray(), data.label(i)) == 0);
                    noise.add(List.of(expected), List.of(scores));
                }
                progress.accept(i + 1);
            }
            other.ifPresent(Session::close);
        }
        return TaskEvaluation.of("samples", accuracy, reference.map(r -> otherAccuracy), noise.decibels());
    }

    private static ModelOutput scores(Model model, Session session, float[] features) {
        TensorSpec input = model.inputs().getFirst();
        int[] shape = input.shape(1);
        if (input.picture()) {
            // Floats go in as the original network takes them.
            shape = new int[] {shape[0], shape[3], shape[1], shape[2]};
        }
        int elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (model.inputs().size() != 1 || model.outputs().size() != 1 || elements != features.length) {
            throw new IllegalArgumentException(model.name() + " takes " + model.inputs() + " and gives "
                    + model.outputs() + ", but a sample has " + features.length + " features");
        }
        Tensor result = session.run(Tensor.of(features, shape));
        return ModelOutput.of(model.outputs().getFirst(), result);
    }
}
