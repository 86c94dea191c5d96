package dev.octavo.tools.tasks;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Placement;
import dev.octavo.tools.vision.Preprocessing;
import java.util.ArrayList;
import java.util.List;

/** A {@link Model} that takes one picture, in a session of its own. Used by one thread at a time. */
public final class PictureModel implements AutoCloseable {
    private final Model model;
    private final Session session;
    private final Preprocessing preprocessing;
    private final PictureInput input;
    private final Tensor tensor;

    private PictureModel(Model model, Session session, Preprocessing preprocessing, PictureInput input) {
        this.model = model;
        this.session = session;
        this.preprocessing = preprocessing;
        this.input = input;
        this.tensor = Tensor.allocate(input.type(), input.shape());
    }

    /**
     * Opens a session on a model that says itself how it wants its pictures.
     *
     * @throws IllegalArgumentException if it takes no picture, or does not say
     */
    public static PictureModel open(Model model, SessionOptions options) {
        return open(model, Preprocessing.of(model.preprocessing()), options);
    }

    /**
     * Opens a session on the model, which the caller still has to close.
     *
     * @param preprocessing for a model that takes bytes, mean and std do not matter
     * @throws IllegalArgumentException if the model does not take pictures of as many channels
     */
    public static PictureModel open(Model model, Preprocessing preprocessing, SessionOptions options) {
        PictureInput input = PictureInput.of(model);
        if (preprocessing.channels() != input.channels()) {
            throw new IllegalArgumentException(model.name() + " takes pictures of " + input.channels()
                    + " channels, but mean and std have " + preprocessing.channels() + " values");
        }
        return new PictureModel(model, model.newSession(options.withBatch(1)), preprocessing, input);
    }

    /** Returns the model. */
    public Model model() {
        return model;
    }

    /** Returns how it takes a picture. */
    public PictureInput input() {
        return input;
    }

    /** Returns where a picture goes in the input. */
    public Placement placement(Picture picture) {
        return preprocessing.placement(picture.width(), picture.height(), input.width(), input.height());
    }

    /**
     * Fits a picture to the input and runs the model on it.
     *
     * @return all outputs, in the order of the model; the caller may keep them
     */
    public List<ModelOutput> run(Picture picture) {
        if (input.type() == ElementType.UINT8) {
            preprocessing.toBytes(picture, input.width(), input.height(), tensor.segment(), 0);
        } else {
            preprocessing.toFloats(picture, input.width(), input.height(), tensor.segment(), 0);
        }
        List<Tensor> results = session.run(List.of(tensor));
        List<TensorSpec> specs = model.outputs();
        List<ModelOutput> outputs = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            outputs.add(ModelOutput.of(specs.get(i), results.get(i)));
        }
        return outputs;
    }

    @Override
    public void close() {
        session.close();
    }
}
