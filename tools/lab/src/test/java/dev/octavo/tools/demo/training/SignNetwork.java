package dev.octavo.tools.demo.training;

import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.demo.DrawnSigns;
import dev.octavo.tools.onnx.proto.ModelProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The residual network of the demonstration: 32 × 32 pictures, three stages of 16, 32 and 64 channels. */
final class SignNetwork {
    private static final int[] STAGE_CHANNELS = {16, 32, 64};
    private static final int BLOCKS_PER_STAGE = 1;

    private final List<Double> mean = DemoModel.preprocessing().mean();
    private final List<Double> std = DemoModel.preprocessing().std();
    final Layers layers;
    private @Nullable Batch input;

    /** Random weights. */
    SignNetwork(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        SequencedMap<String, Layer> byName = new LinkedHashMap<>();
        int channels = STAGE_CHANNELS[0];
        byName.put("stem.conv", new Convolution(DrawnSigns.CHANNELS, channels, 3, 1, true, random));
        byName.put("stem.bn", new BatchNorm(channels));
        byName.put("stem.relu", new Relu());
        for (int stage = 0; stage < STAGE_CHANNELS.length; stage++) {
            int outputs = STAGE_CHANNELS[stage];
            for (int block = 0; block < BLOCKS_PER_STAGE; block++) {
                String name = "stage" + (stage + 1) + ".block" + (block + 1);
                byName.put(name, new ResidualBlock(channels, outputs, channels == outputs ? 1 : 2, random));
                channels = outputs;
            }
        }
        byName.put("pool", new GlobalAveragePool());
        byName.put("classifier", new Dense(channels, DrawnSigns.classes().size(), random));
        layers = new Layers(byName);
    }

    /** The network whose weights {@link #toOnnx} wrote. */
    static SignNetwork of(ModelProto model) {
        SignNetwork network = new SignNetwork(0);
        OnnxWeights.restore(model, network.layers);
        return network;
    }

    /** The network for inference. */
    ModelProto toOnnx() {
        return OnnxExport.model(
                layers,
                DrawnSigns.CHANNELS,
                DrawnSigns.SIZE,
                DrawnSigns.classes().size());
    }

    /** Every batch normalization. */
    Stream<BatchNorm> norms() {
        return norms(layers);
    }

    private static Stream<BatchNorm> norms(Layers layers) {
        return layers.byName().values().stream().flatMap(layer -> switch (layer) {
            case BatchNorm norm -> Stream.of(norm);
            case ResidualBlock block -> Stream.concat(norms(block.main), norms(block.shortcut));
            default -> Stream.empty();
        });
    }

    /** The logits of pictures {@code first} to {@code first + count − 1}. */
    Batch forward(DrawnSigns pictures, long first, int count, boolean training) {
        Batch batch = Batch.reuse(input, count, DrawnSigns.SIZE, DrawnSigns.SIZE, DrawnSigns.CHANNELS);
        input = batch;
        int at = 0;
        for (int image = 0; image < count; image++) {
            for (byte value : pictures.picture(first + image)) {
                int channel = at % DrawnSigns.CHANNELS;
                double level = Byte.toUnsignedInt(value);
                batch.values[at++] = (float) ((level - mean.get(channel)) / std.get(channel));
            }
        }
        return layers.forward(batch, training);
    }

    /** The fraction of the first {@code count} pictures whose largest logit is that of their class. */
    double accuracy(DrawnSigns pictures, int count) {
        int batchSize = 50;
        int right = 0;
        for (int first = 0; first < count; first += batchSize) {
            int size = Math.min(batchSize, count - first);
            Batch logits = forward(pictures, first, size, false);
            for (int image = 0; image < size; image++) {
                right += largest(logits, image) == pictures.label(first + image) ? 1 : 0;
            }
        }
        return (double) right / count;
    }

    private static int largest(Batch logits, int image) {
        int row = image * logits.channels;
        int best = 0;
        for (int c = 1; c < logits.channels; c++) {
            if (logits.values[row + c] > logits.values[row + best]) {
                best = c;
            }
        }
        return best;
    }
}
