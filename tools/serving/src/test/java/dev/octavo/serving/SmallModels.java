package dev.octavo.serving;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Models for tests: a 3x3 convolution of a picture of 3 channels, and a fully connected layer of two logits. */
final class SmallModels {
    static final int CHANNELS = 4;

    private SmallModels() {}

    /**
     * A model of pictures of so many pixels a side.
     *
     * @param batchable whether it runs at any batch size
     */
    static Model ofSide(int side, boolean batchable) {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        TensorDefinition picture = new TensorDefinition(
                "picture", ElementType.UINT8, new int[] {1, 3, side, side}, 1, new byte[] {7, 9, 11}, null);
        TensorDefinition map = TensorDefinition.ofQuantized("map", ElementType.UINT8, 1, 1, CHANNELS, side, side);
        TensorDefinition logits = TensorDefinition.ofFloat("logits", 1, 2, 1, 1);
        Operation convolution = new Operation.Convolution(
                ConvolutionShape.of(3, 3),
                new Padding(1, 1, 1, 1),
                weights(random, CHANNELS * 9 * 3),
                new int[] {10, 20, 30, 40},
                Requantization.of(FixedPointMultiplier.of(0.01), 0, 255),
                null);
        Operation connected = new Operation.Convolution(
                ConvolutionShape.of(side, side),
                Padding.NONE,
                weights(random, 2 * side * side * CHANNELS),
                new int[] {0, 5},
                new Rescaling(new float[] {0.25f}),
                null);
        return Model.of(new ModelDefinition(
                new ModelMetadata(
                        "small",
                        List.of("even", "odd"),
                        new Preprocessing(List.of(100f, 50f, 25f), List.of(10f, 5f, 5f), 1),
                        Map.of("bits", "8")),
                List.of(picture, map, logits),
                List.of(
                        new OperationDefinition("conv", convolution, List.of(0), 1),
                        new OperationDefinition("fc", connected, List.of(1), 2)),
                List.of(0),
                List.of(2),
                batchable));
    }

    private static MemorySegment weights(RandomGenerator random, int count) {
        byte[] weights = new byte[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (byte) random.nextInt(-20, 21);
        }
        return MemorySegment.ofArray(weights);
    }
}
