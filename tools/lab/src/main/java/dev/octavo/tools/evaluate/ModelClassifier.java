package dev.octavo.tools.evaluate;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.tools.tasks.PictureModel;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Preprocessing;
import java.util.Arrays;

/** A {@link Model} of one picture in, one vector of logits out, in a session of its own. */
public final class ModelClassifier implements Classifier {
    private final PictureModel model;
    private final int classes;

    private ModelClassifier(PictureModel model, int classes) {
        this.model = model;
        this.classes = classes;
    }

    /**
     * Opens a session on the model, which the caller still has to close.
     *
     * @param preprocessing for a model that takes bytes, mean and std do not matter
     * @throws IllegalArgumentException if the model does not classify pictures of as many channels
     */
    public static ModelClassifier create(Model model, Preprocessing preprocessing, SessionOptions options) {
        if (model.outputs().size() != 1) {
            throw new IllegalArgumentException(model.name() + " is no classifier: it has "
                    + model.outputs().size() + " outputs; say with --task what it is");
        }
        TensorSpec output = model.outputs().getFirst();
        int classes = Arrays.stream(output.shape(1)).reduce(1, Math::multiplyExact);
        return new ModelClassifier(PictureModel.open(model, preprocessing, options), classes);
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public float[] logits(Picture picture) {
        return model.run(picture).getFirst().toArray();
    }

    @Override
    public void close() {
        model.close();
    }
}
