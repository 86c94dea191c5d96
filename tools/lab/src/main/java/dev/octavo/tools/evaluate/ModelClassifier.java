package dev.octavo.tools.evaluate;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.tools.data.Picture;
import dev.octavo.tools.data.Preprocessing;
import java.util.Arrays;

/** A {@link Model} of one picture in, one vector of logits out, in a session of its own. */
public final class ModelClassifier implements Classifier {
    private final Session session;
    private final Preprocessing preprocessing;
    private final PictureInput input;
    private final Tensor tensor;
    private final int classes;

    private ModelClassifier(Session session, Preprocessing preprocessing, PictureInput input, int classes) {
        this.session = session;
        this.preprocessing = preprocessing;
        this.input = input;
        this.tensor = Tensor.allocate(input.type(), input.shape());
        this.classes = classes;
    }

    /**
     * Opens a session on the model, which the caller still has to close.
     *
     * @param preprocessing for a model that takes bytes only the crop and the order of channels matter
     * @throws IllegalArgumentException if the model does not classify pictures of as many channels
     */
    public static ModelClassifier create(Model model, Preprocessing preprocessing, SessionOptions options) {
        PictureInput input = PictureInput.of(model);
        if (preprocessing.channels() != input.channels()) {
            throw new IllegalArgumentException(model.name() + " takes pictures of " + input.channels()
                    + " channels, but mean and std have " + preprocessing.channels() + " values");
        }
        if (model.outputs().size() != 1) {
            throw new IllegalArgumentException(model.name() + " is no classifier: it has "
                    + model.outputs().size() + " outputs");
        }
        TensorSpec output = model.outputs().getFirst();
        int classes = Arrays.stream(output.shape(1)).reduce(1, Math::multiplyExact);
        return new ModelClassifier(model.newSession(options.withBatch(1)), preprocessing, input, classes);
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public float[] logits(Picture picture) {
        if (input.type() == ElementType.UINT8) {
            preprocessing.toBytes(picture, input.width(), input.height(), tensor.segment(), 0);
        } else {
            preprocessing.toFloats(picture, input.width(), input.height(), tensor.segment(), 0);
        }
        return session.run(tensor).toFloatArray();
    }

    @Override
    public void close() {
        session.close();
    }
}
