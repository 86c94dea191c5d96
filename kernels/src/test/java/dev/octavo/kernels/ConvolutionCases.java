package dev.octavo.kernels;

import dev.octavo.kernels.Convolution.Residual;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Cases of {@link Convolution}. */
final class ConvolutionCases {
    private ConvolutionCases() {}

    static KernelSpec any(TestMemory memory) {
        Contents contents = memory.oneIn(4) ? Contents.EXTREMES : Contents.ANY;
        return over(memory, ConvolutionGeometry.any(memory), contents);
    }

    static KernelSpec depthwise(TestMemory memory) {
        Contents contents = memory.oneIn(4) ? Contents.EXTREMES : Contents.ANY;
        return over(memory, ConvolutionGeometry.depthwise(memory), contents);
    }

    static KernelSpec deep(TestMemory memory) {
        Contents contents = memory.oneIn(4) ? Contents.ANY : Contents.MOST;
        return over(memory, ConvolutionGeometry.deep(memory), contents);
    }

    private static KernelSpec over(TestMemory memory, ConvolutionGeometry geometry, Contents contents) {
        RandomGenerator random = memory.random();
        TensorView input = geometry.input(memory, memory.quantizedType(), contents);
        Border zeros = memory.oneIn(2) ? Border.NONE : geometry.border(memory);
        memory.zero(input, zeros);
        MemorySegment weights = Arena.ofAuto().allocate(geometry.weights());
        for (int i = 0; i < geometry.weights(); i++) {
            weights.set(ValueLayout.JAVA_BYTE, i, (byte) contents.quantized(ElementType.INT8, random));
        }
        int[] bias = bias(memory, geometry.outputs(), contents);
        if (memory.oneIn(5)) {
            TensorView output = geometry.output(memory, ElementType.FLOAT32);
            return new Convolution(
                    input, output, geometry.shape(), weights, bias, rescaling(memory, geometry.outputs()), null, zeros);
        }
        TensorView output = geometry.output(memory, memory.quantizedType());
        @Nullable Residual residual = memory.oneIn(3) ? residual(memory, output) : null;
        long greatest = 255L * 128 * geometry.depth()
                + Arrays.stream(bias).mapToLong(Math::abs).max().orElseThrow();
        if (memory.oneIn(3)) {
            Epilogue activation = activation(memory, geometry, output.type());
            return new Convolution(input, output, geometry.shape(), weights, bias, activation, residual, zeros);
        }
        double least = greatest <= 1 << 24 ? 0 : residual == null ? 0x1p-16 : 0x1p-10;
        Requantization requantization = requantization(memory, geometry, output.type(), least);
        return new Convolution(input, output, geometry.shape(), weights, bias, requantization, residual, zeros);
    }

    private static int[] bias(TestMemory memory, int outputs, Contents contents) {
        RandomGenerator random = memory.random();
        int reach = contents == Contents.ANY ? 1 << memory.pick(1, 12, 20) : memory.pick(1, 1 << 24, Integer.MAX_VALUE);
        int[] bias = new int[outputs];
        Arrays.setAll(bias, o -> random.nextInt(-reach, reach));
        return bias;
    }

    private static Rescaling rescaling(TestMemory memory, int outputs) {
        float[] scales = new float[memory.oneIn(2) ? 1 : outputs];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = memory.random().nextFloat(1e-6f, 0.1f);
        }
        return new Rescaling(scales);
    }

    private static Activation activation(TestMemory memory, ConvolutionGeometry geometry, ElementType type) {
        RandomGenerator random = memory.random();
        float[] coefficients = new float[PiecewisePolynomial.SEGMENTS * random.nextInt(1, 7)];
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = random.nextFloat(-1, 1);
        }
        boolean gated = memory.oneIn(2);
        // Spreads the sums of random products over the segments.
        float typical = (float) (1 / (1000 * Math.sqrt(geometry.depth())));
        float[] steps = new float[memory.oneIn(2) ? 1 : geometry.outputs()];
        float[] scales = new float[steps.length];
        for (int c = 0; c < steps.length; c++) {
            steps[c] = typical * random.nextFloat(0.5f, 4);
            scales[c] = random.nextFloat(10, 100) * (gated ? steps[c] : 1);
        }
        int low = type == ElementType.INT8 ? memory.pick(-127, -7) : memory.pick(0, 3);
        int high = type == ElementType.INT8 ? memory.pick(127, 5) : memory.pick(255, 99);
        return new Activation(
                new Activation.Function(FloatUnary.Function.SIGMOID, 0, 0, 1),
                new PiecewisePolynomial(coefficients),
                gated,
                steps,
                random.nextFloat(0, 7),
                scales,
                memory.oneIn(2) ? 0 : random.nextFloat(-50, 150),
                low,
                high);
    }

    private static Residual residual(TestMemory memory, TensorView output) {
        FixedPointMultiplier multiplier =
                FixedPointMultiplier.of(memory.random().nextDouble(0.01, 2));
        if (memory.oneIn(2)) {
            return new Residual(output, multiplier);
        }
        TensorView view = memory.featureMap(
                memory.quantizedType(),
                memory.oneIn(3) ? Contents.EXTREMES : Contents.ANY,
                output.batch(),
                output.channels(),
                output.height(),
                output.width());
        return new Residual(view, memory.oneIn(4) ? FixedPointMultiplier.of(63.9) : multiplier);
    }

    private static Requantization requantization(
            TestMemory memory, ConvolutionGeometry geometry, ElementType type, double least) {
        RandomGenerator random = memory.random();
        // Spreads the sums of random products over the bytes.
        double typical = Math.max(least, 60 / (5000 * Math.sqrt(geometry.depth())));
        boolean dyadic = memory.oneIn(3);
        List<FixedPointMultiplier> multipliers = Stream.generate(() -> {
                    double real = typical * random.nextDouble(1, 4);
                    return FixedPointMultiplier.of(dyadic ? Math.scalb(1.0, Math.getExponent(2 * real)) : real);
                })
                .limit(memory.oneIn(2) ? 1 : geometry.outputs())
                .toList();
        int low = type == ElementType.INT8 ? memory.pick(-128, -127, 0, -7) : memory.pick(0, 0, 3);
        int most = type == ElementType.INT8 ? 127 : 255;
        int[] high = new int[memory.oneIn(2) ? 1 : geometry.outputs()];
        Arrays.setAll(high, o -> high.length == 1 ? most : random.nextInt(low, most + 1));
        return new Requantization(multipliers, low, high);
    }
}
