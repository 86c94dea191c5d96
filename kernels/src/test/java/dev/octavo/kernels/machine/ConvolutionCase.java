package dev.octavo.kernels.machine;

import dev.octavo.kernels.Border;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.Convolution.Residual;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Epilogue;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A convolution of random numbers with its memory, by a description that failures print. */
record ConvolutionCase(
        int batch,
        int inputs,
        int height,
        int width,
        int outputs,
        ConvolutionShape shape,
        ElementType inputType,
        ElementType outputType,
        boolean perChannel,
        boolean residual,
        int gap,
        int zeros) {

    /** Dense rows, uint8 to uint8, one multiplier. */
    static ConvolutionCase of(int inputs, int size, int outputs, ConvolutionShape shape) {
        return new ConvolutionCase(
                1, inputs, size, size, outputs, shape, ElementType.UINT8, ElementType.UINT8, false, false, 0, 0);
    }

    ConvolutionCase types(ElementType input, ElementType output) {
        return new ConvolutionCase(
                batch, inputs, height, width, outputs, shape, input, output, perChannel, residual, gap, zeros);
    }

    ConvolutionCase withResidual() {
        return new ConvolutionCase(
                batch, inputs, height, width, outputs, shape, inputType, outputType, perChannel, true, gap, zeros);
    }

    ConvolutionCase perChannelMultipliers() {
        return new ConvolutionCase(
                batch, inputs, height, width, outputs, shape, inputType, outputType, true, residual, gap, zeros);
    }

    /** {@code bytes} between neighbouring pixels of the output, and a pixel between rows. */
    ConvolutionCase withGap(int bytes) {
        return new ConvolutionCase(
                batch,
                inputs,
                height,
                width,
                outputs,
                shape,
                inputType,
                outputType,
                perChannel,
                residual,
                bytes,
                zeros);
    }

    /** Rows and columns of zeros on every side. */
    ConvolutionCase withZeros(int count) {
        return new ConvolutionCase(
                batch, inputs, height, width, outputs, shape, inputType, outputType, perChannel, residual, gap, count);
    }

    ConvolutionCase batch(int count) {
        return new ConvolutionCase(
                count, inputs, height, width, outputs, shape, inputType, outputType, perChannel, residual, gap, zeros);
    }

    /** Memory with random input and residual, and room for the output. */
    record Instance(Convolution spec, MemorySegment memory) {}

    Instance instance(Arena arena, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int outHeight = shape.outputHeight(height);
        int outWidth = shape.outputWidth(width);
        TensorView in = TensorView.nhwc(inputType, KernelSet.SLACK_BYTES, batch, inputs, height, width);
        long residualAt = align(in.offset() + in.elements());
        TensorView rest = TensorView.nhwc(
                random.nextBoolean() ? ElementType.UINT8 : ElementType.INT8,
                residualAt,
                batch,
                outputs,
                outHeight,
                outWidth);
        long pixel = (long) (outputs + gap) * outputType.bytes();
        long row = pixel * (outWidth + (gap > 0 ? 1 : 0));
        TensorView out = TensorView.of(
                outputType,
                align(residualAt + rest.elements()),
                new int[] {batch, outputs, outHeight, outWidth},
                new long[] {row * outHeight, outputType.bytes(), row, pixel});
        MemorySegment memory =
                arena.allocate(align(out.offset() + row * outHeight * batch) + KernelSet.SLACK_BYTES, 64);
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        for (long i = 0; i < in.elements(); i++) {
            long y = i / inputs / width % height;
            long x = i / inputs % width;
            if (Math.min(Math.min(y, height - 1 - y), Math.min(x, width - 1 - x)) < zeros) {
                memory.set(ValueLayout.JAVA_BYTE, in.offset() + i, (byte) 0);
            }
        }
        MemorySegment weights = arena.allocate((long) outputs * shape.taps() * inputs / shape.groups());
        for (long i = 0; i < weights.byteSize(); i++) {
            weights.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(-128, 128));
        }
        int[] bias = random.ints(outputs, -20000, 20000).toArray();
        @Nullable
        Residual added = residual ? new Residual(rest, FixedPointMultiplier.of(random.nextDouble(0.1, 1.5))) : null;
        Border border = new Border(zeros, zeros, zeros, zeros);
        return new Instance(new Convolution(in, out, shape, weights, bias, epilogue(random), added, border), memory);
    }

    /** Memory with random floats, and a convolution with a ReLU6. */
    record FloatInstance(FloatConvolution spec, MemorySegment memory) {}

    FloatInstance floatInstance(Arena arena, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int outHeight = shape.outputHeight(height);
        int outWidth = shape.outputWidth(width);
        TensorView in = TensorView.nhwc(ElementType.FLOAT32, KernelSet.SLACK_BYTES, batch, inputs, height, width);
        long residualAt = align(in.offset() + in.elements() * Float.BYTES);
        TensorView rest = TensorView.nhwc(ElementType.FLOAT32, residualAt, batch, outputs, outHeight, outWidth);
        long pixel = (long) (outputs + gap) * Float.BYTES;
        long row = pixel * (outWidth + (gap > 0 ? 1 : 0));
        TensorView out = TensorView.of(
                ElementType.FLOAT32,
                align(residualAt + rest.elements() * Float.BYTES),
                new int[] {batch, outputs, outHeight, outWidth},
                new long[] {row * outHeight, Float.BYTES, row, pixel});
        MemorySegment memory =
                arena.allocate(align(out.offset() + row * outHeight * batch) + KernelSet.SLACK_BYTES, 64);
        fill(memory, random);
        MemorySegment weights =
                arena.allocate(ValueLayout.JAVA_FLOAT, (long) outputs * shape.taps() * inputs / shape.groups());
        fill(weights, random);
        float[] bias = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            bias[o] = random.nextFloat(-1, 1);
        }
        return new FloatInstance(
                new FloatConvolution(in, out, shape, weights, bias, 0, 6, residual ? rest : null), memory);
    }

    private static void fill(MemorySegment floats, SplittableRandom random) {
        for (long i = 0; i < floats.byteSize() / Float.BYTES; i++) {
            floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat(-1, 1));
        }
    }

    private Epilogue epilogue(SplittableRandom random) {
        int reduced = shape.taps() * inputs / shape.groups();
        double spread = 40 / (Math.sqrt(reduced) * 73 * 148);
        int count = perChannel ? outputs : 1;
        if (outputType == ElementType.FLOAT32) {
            float[] scales = new float[count];
            for (int i = 0; i < count; i++) {
                scales[i] = (float) random.nextDouble(0.01, 1);
            }
            return new Rescaling(scales);
        }
        List<FixedPointMultiplier> multipliers = new ArrayList<>();
        int[] high = new int[count];
        int most = outputType == ElementType.INT8 ? 127 : 255;
        for (int i = 0; i < count; i++) {
            multipliers.add(FixedPointMultiplier.of(spread * random.nextDouble(0.5, 4)));
            high[i] = perChannel ? random.nextInt(most / 2, most + 1) : most;
        }
        return new Requantization(multipliers, outputType == ElementType.INT8 ? -128 : 0, high);
    }

    private static long align(long offset) {
        return (offset + 63) / 64 * 64;
    }
}
