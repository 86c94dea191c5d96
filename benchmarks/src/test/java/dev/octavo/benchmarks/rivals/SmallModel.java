package dev.octavo.benchmarks.rivals;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** An int8 model with every operation that networks here have, on images of 8×8 with 16 channels. */
public final class SmallModel {
    static final int CHANNELS = 16;
    static final int SIZE = 8;
    static final int CLASSES = 10;

    private final SplittableRandom random = new SplittableRandom(5);

    private SmallModel() {}

    /** The model. */
    public static ModelDefinition build() {
        return new SmallModel().definition();
    }

    /** Normal values, [N, C, H, W]. */
    static float[] images(int batch) {
        SplittableRandom random = new SplittableRandom(11);
        float[] images = new float[batch * CHANNELS * SIZE * SIZE];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        return images;
    }

    /** Σ (a − b)² / Σ a². */
    static double relativeError(float[] a, float[] b) {
        double error = 0;
        double signal = 0;
        for (int i = 0; i < a.length; i++) {
            error += (a[i] - b[i]) * (a[i] - b[i]);
            signal += a[i] * a[i];
        }
        return error / signal;
    }

    private ModelDefinition definition() {
        List<TensorDefinition> tensors = List.of(
                TensorDefinition.ofFloat("image", 1, CHANNELS, SIZE, SIZE),
                TensorDefinition.ofQuantized("codes", ElementType.INT8, 0.02f, 1, CHANNELS, SIZE, SIZE),
                TensorDefinition.ofQuantized("wide", ElementType.UINT8, 0.03f, 1, 32, SIZE, SIZE),
                TensorDefinition.ofQuantized("depthwise", ElementType.UINT8, 0.02f, 1, 32, SIZE, SIZE),
                TensorDefinition.ofQuantized("narrow", ElementType.INT8, 0.025f, 1, CHANNELS, SIZE, SIZE),
                TensorDefinition.ofQuantized("sum", ElementType.INT8, 0.04f, 1, CHANNELS, SIZE, SIZE),
                TensorDefinition.ofQuantized("joined", ElementType.UINT8, 0.03f, 1, 64, SIZE, SIZE),
                TensorDefinition.ofQuantized("smaller", ElementType.UINT8, 0.03f, 1, 64, 4, 4),
                TensorDefinition.ofQuantized("means", ElementType.UINT8, 0.01f, 1, 64, 1, 1),
                TensorDefinition.ofQuantized("vector", ElementType.UINT8, 0.01f, 1, 64),
                TensorDefinition.ofFloat("logits", 1, CLASSES));
        List<OperationDefinition> operations = List.of(
                operation("quantize", quantize(), 1, 0),
                operation("conv", convolution(CHANNELS, 32, 3, 1, 0.02, 0.03, 0, 255, 0), 2, 1),
                // An upper bound below the type's, as a ReLU6 becomes when its scale is larger.
                operation("dw", convolution(32, 32, 3, 32, 0.03, 0.02, 0, 200, 0), 3, 2),
                operation("residual", convolution(32, CHANNELS, 1, 1, 0.02, 0.025, -127, 127, 0.8), 4, 3, 1),
                operation(
                        "add",
                        new Operation.Add(FixedPointMultiplier.of(0.5), FixedPointMultiplier.of(0.625), 0, -127, 127),
                        5,
                        1,
                        4),
                operation("concat", new Operation.Concat(1), 6, 2, 2),
                operation(
                        "pool",
                        new Operation.Pool(
                                Pooling.Kind.MAX,
                                ConvolutionShape.of(2, 2).withStride(2, 2),
                                Padding.NONE,
                                false,
                                0,
                                0),
                        7,
                        6),
                operation("average", average(0.03, 0.01), 8, 7),
                operation("flatten", new Operation.Reshape(), 9, 8),
                operation("linear", linear(), 10, 9));
        ModelMetadata metadata = new ModelMetadata(
                "small", List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of());
        return new ModelDefinition(metadata, tensors, operations, List.of(0), List.of(10), true);
    }

    private static OperationDefinition operation(String name, Operation operation, int output, Integer... inputs) {
        return new OperationDefinition(name, operation, List.of(inputs), output);
    }

    private static Operation quantize() {
        return new Operation.Quantize(0, -127, 127);
    }

    private MemorySegment weights(int count) {
        byte[] codes = new byte[count];
        for (int i = 0; i < count; i++) {
            codes[i] = (byte) random.nextInt(-127, 128);
        }
        return MemorySegment.ofArray(codes);
    }

    /** Weights with a variance of 2 / fan-in. */
    private Operation convolution(
            int in, int out, int kernel, int groups, double from, double to, int low, int high, double residual) {
        int fanIn = in / groups * kernel * kernel;
        double weightScale = Math.sqrt(6.0 / fanIn) / 127;
        return new Operation.Convolution(
                ConvolutionShape.of(kernel, kernel).withGroups(groups),
                new Padding(kernel / 2, kernel / 2, kernel / 2, kernel / 2),
                weights(out * fanIn),
                random.ints(out, -500, 500).toArray(),
                Requantization.of(FixedPointMultiplier.of(from * weightScale / to), low, high),
                residual == 0 ? null : FixedPointMultiplier.of(residual));
    }

    private static Operation average(double from, double to) {
        return new Operation.Pool(Pooling.Kind.AVERAGE, ConvolutionShape.of(4, 4), Padding.NONE, false, 0, from / to);
    }

    private Operation linear() {
        return new Operation.Convolution(
                ConvolutionShape.of(1, 1),
                Padding.NONE,
                weights(CLASSES * 64),
                random.ints(CLASSES, -500, 500).toArray(),
                new Rescaling(new float[] {2e-5f}),
                null);
    }
}
