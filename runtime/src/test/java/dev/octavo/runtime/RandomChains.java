package dev.octavo.runtime;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Epilogue;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.PiecewisePolynomial;
import dev.octavo.kernels.Requantization;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Models of inverted bottlenecks of awkward shapes: dense, depthwise and pointwise convolutions, with and without residual. */
public final class RandomChains {
    private final SplittableRandom random;
    private final List<TensorDefinition> tensors = new ArrayList<>();
    private final List<OperationDefinition> operations = new ArrayList<>();

    private RandomChains(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** From bytes to bytes. */
    public static ModelDefinition of(long seed) {
        return new RandomChains(seed).build();
    }

    private ModelDefinition build() {
        int[] shape = {1, random.nextInt(3, 40), random.nextInt(5, 24), random.nextInt(5, 24)};
        tensors.add(TensorDefinition.ofQuantized("x", ElementType.INT8, 1, shape));
        int map = 0;
        for (int block = 0; block < 3; block++) {
            int begin = map;
            if (random.nextInt(4) > 0) {
                boolean wide = random.nextInt(4) == 0;
                map = convolution(
                        map, wide ? 3 : 1, wide ? 1 + random.nextInt(2) : 1, random.nextInt(8, 150), false, -1);
            }
            int kernel = 3 + 2 * random.nextInt(2);
            map = convolution(map, kernel, 1 + random.nextInt(2), channels(map), true, -1);
            boolean fits = height(map) == height(begin) && width(map) == width(begin);
            int outputs = fits ? channels(begin) : random.nextInt(3, 40);
            map = convolution(map, 1, 1, outputs, false, fits && random.nextInt(3) > 0 ? begin : -1);
        }
        return new ModelDefinition(
                new ModelMetadata("chains", List.of(), new Preprocessing(List.of(), List.of(), 1), Map.of()),
                tensors,
                operations,
                List.of(0),
                List.of(map),
                true);
    }

    private int channels(int map) {
        return tensors.get(map).shape()[1];
    }

    private int height(int map) {
        return tensors.get(map).shape()[2];
    }

    private int width(int map) {
        return tensors.get(map).shape()[3];
    }

    private int convolution(int map, int kernel, int stride, int channels, boolean depthwise, int residual) {
        int most = kernel / 2;
        boolean same = kernel > 1 && random.nextInt(2) == 0;
        Padding padding = kernel == 1
                ? Padding.NONE
                : same
                        ? new Padding(most, most, most, most)
                        : new Padding(side(most), side(most), side(most), side(most));
        ConvolutionShape window =
                ConvolutionShape.of(kernel, kernel).withStride(stride, stride).withGroups(depthwise ? channels : 1);
        int height = height(map) + padding.top() + padding.bottom();
        int width = width(map) + padding.left() + padding.right();
        if (height < kernel || width < kernel) {
            return map;
        }
        boolean signed = random.nextInt(3) == 0;
        ElementType type = signed ? ElementType.INT8 : ElementType.UINT8;
        int inputs = depthwise ? 1 : channels(map);
        byte[] weights = new byte[channels * kernel * kernel * inputs];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) random.nextInt(-127, 128);
        }
        double multiplier = 40 / (Math.sqrt(kernel * kernel * inputs) * 73 * 148);
        int[] shape = {1, channels, window.outputHeight(height), window.outputWidth(width)};
        String name = "t" + tensors.size();
        tensors.add(
                signed
                        ? TensorDefinition.ofQuantized(name, type, 1, shape)
                        : TensorDefinition.ofOffset(name, 1, random.nextInt(3) * random.nextInt(2) * 20, shape));
        operations.add(new OperationDefinition(
                "op" + operations.size(),
                new Operation.Convolution(
                        window,
                        padding,
                        MemorySegment.ofArray(weights),
                        random.ints(channels, -9999, 9999).toArray(),
                        epilogue(multiplier, signed),
                        residual < 0 ? null : FixedPointMultiplier.of(0.6)),
                residual < 0 ? List.of(map) : List.of(map, residual),
                tensors.size() - 1));
        return tensors.size() - 1;
    }

    private Epilogue epilogue(double multiplier, boolean signed) {
        int low = signed ? -127 : 0;
        int high = signed ? 127 : 255;
        if (random.nextInt(4) > 0) {
            return Requantization.of(FixedPointMultiplier.of(multiplier), low, high);
        }
        float[] curve = {0, 0, 0.1f, 0.3f, 0.7f, 0.9f, 1, 1};
        return new Activation(
                new Activation.Function(FloatUnary.Function.HARD_SWISH, 0, 0, 1),
                new PiecewisePolynomial(curve),
                true,
                new float[] {(float) multiplier / 20},
                3.5f,
                new float[] {(float) multiplier},
                signed ? 0 : 20,
                low,
                high);
    }

    private int side(int most) {
        return random.nextInt(most + 1);
    }
}
