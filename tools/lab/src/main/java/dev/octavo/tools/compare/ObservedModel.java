package dev.octavo.tools.compare;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.graph.ChannelTransform;
import dev.octavo.tools.lower.OriginalChannels;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.tasks.PictureInput;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Preprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A model of pictures that shows tensors on the way: the same operations with those tensors among its outputs. Values are
 * given in the units of the network that the model was made from.
 */
public final class ObservedModel implements AutoCloseable {
    private final Model model;
    private final Session session;
    private final List<TensorDefinition> observed;
    private final int[] zeros;
    private final Map<String, ChannelTransform> originals;
    private final Preprocessing preprocessing;
    private final PictureInput input;
    private final Tensor tensor;

    private ObservedModel(
            Model model,
            List<TensorDefinition> observed,
            int[] zeros,
            Map<String, ChannelTransform> originals,
            Preprocessing preprocessing) {
        this.model = model;
        this.observed = observed;
        this.zeros = zeros;
        this.originals = originals;
        this.preprocessing = preprocessing;
        this.session = model.newSession(SessionOptions.defaults());
        this.input = PictureInput.of(model);
        this.tensor = Tensor.allocate(input.type(), input.shape());
    }

    /**
     * Observes tensors of a definition, whose weights must stay readable.
     *
     * @param tensors positions of tensors that the model computes or is given
     */
    public static ObservedModel of(ModelDefinition definition, List<Integer> tensors, Preprocessing preprocessing) {
        ModelDefinition changed = definition.withOutputs(tensors);
        return new ObservedModel(
                Model.of(changed),
                tensors.stream().map(definition.tensors()::get).toList(),
                tensors.stream().mapToInt(definition::zeroCode).toArray(),
                OriginalChannels.of(definition),
                preprocessing);
    }

    /** How a tensor's channels relate to the network's. */
    ChannelTransform original(TensorDefinition definition) {
        return originals.getOrDefault(
                definition.name(),
                ChannelTransform.identity(
                        definition.shape().length > 1 ? definition.shape()[1] : 1));
    }

    /** The observed tensors of some pictures, by name. */
    public SequencedMap<String, FloatBatch> run(List<Picture> pictures) {
        List<float[]> all = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            if (input.type() == ElementType.UINT8) {
                preprocessing.toBytes(pictures.get(i), input.width(), input.height(), tensor.segment(), 0);
            } else {
                preprocessing.toFloats(pictures.get(i), input.width(), input.height(), tensor.segment(), 0);
            }
            List<Tensor> results = session.run(List.of(tensor));
            for (int t = 0; t < results.size(); t++) {
                float[] codes = results.get(t).toFloatArray();
                if (i == 0) {
                    all.add(new float[Math.multiplyExact(codes.length, pictures.size())]);
                }
                System.arraycopy(codes, 0, all.get(t), i * codes.length, codes.length);
            }
        }
        SequencedMap<String, FloatBatch> batches = new LinkedHashMap<>();
        for (int t = 0; t < all.size(); t++) {
            TensorDefinition definition = observed.get(t);
            FloatBatch batch = FloatBatch.ofOrdered(pictures.size(), definition.shape(), all.get(t));
            toOriginal(batch, definition, zeros[t]);
            batches.put(definition.name(), batch);
        }
        return batches;
    }

    private void toOriginal(FloatBatch batch, TensorDefinition definition, int zero) {
        ChannelTransform original = original(definition);
        float[] factors = original.factors();
        float[] offsets = original.offsets();
        float[] values = batch.values();
        for (int from = 0; from < values.length; from += factors.length) {
            for (int c = 0; c < factors.length; c++) {
                values[from + c] = (values[from + c] - zero) * definition.scale() * factors[c] + offsets[c];
            }
        }
    }

    @Override
    public void close() {
        session.close();
        model.close();
    }
}
