package dev.octavo.tools.fidelity;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.draw.DrawnPictures;
import dev.octavo.tools.draw.PictureFamily;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.simulate.DrawnBatches;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Inputs that a conversion has not seen: of another seed, and pictures of another mixture. */
final class CheckInputs {
    private static final long SEED = 0x0C7A;

    private static final List<PictureFamily> MIXTURE = List.of(
            PictureFamily.PEOPLE,
            PictureFamily.DEAD_LEAVES,
            PictureFamily.HIGH_CONTRAST,
            PictureFamily.TEXT,
            PictureFamily.FEW_LEAVES,
            PictureFamily.SPECTRAL_NOISE);

    private final Graph graph;
    private final InputEncoding encoding;

    /** For a float graph, and how its conversion was told that its inputs are given. */
    CheckInputs(Graph graph, InputEncoding encoding) {
        this.graph = graph;
        this.encoding = encoding;
    }

    /** One input for both forms of a network. */
    record Pair(List<Tensor> forFloat, List<Tensor> forBytes) {
        /** Returns what a model takes: bytes where it takes a picture. */
        List<Tensor> of(Model model) {
            return model.inputs().getFirst().picture() ? forBytes : forFloat;
        }
    }

    /** Draws one input. */
    Pair draw(int index) {
        return switch (encoding) {
            case InputEncoding.Pixels pixels -> picture(index, pixels.normalisation());
            case InputEncoding.Reals reals -> {
                Map<String, FloatBatch> inputs = new DrawnBatches(SEED).inputs(graph, reals, index, 1);
                List<Tensor> tensors = new ArrayList<>();
                for (String name : graph.inputs()) {
                    FloatBatch batch = Objects.requireNonNull(inputs.get(name), name);
                    tensors.add(Tensor.of(batch.ordered(), batch.shape()));
                }
                yield new Pair(tensors, tensors);
            }
        };
    }

    private Pair picture(int index, PixelInput normalisation) {
        int[] shape = graph.shape(graph.inputs().getFirst());
        int channels = shape[1];
        float[] samples =
                DrawnPictures.of(MIXTURE, SEED, shape[2], shape[3], channels).picture(index);
        byte[] bytes = new byte[samples.length];
        float[] normalised = new float[samples.length];
        int positions = samples.length / channels;
        for (int i = 0; i < samples.length; i++) {
            bytes[i] = (byte) samples[i];
            int channel = i % channels;
            normalised[channel * positions + i / channels] = (float) normalisation.normalise((int) samples[i], channel);
        }
        return new Pair(
                List.of(Tensor.of(normalised, shape)), List.of(Tensor.of(bytes, 1, shape[2], shape[3], channels)));
    }
}
