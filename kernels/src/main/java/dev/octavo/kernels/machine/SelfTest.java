package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.Convolution.Residual;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Copy;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Fill;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.LookUp;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.QuantizedAdd;
import dev.octavo.kernels.QuantizedMultiply;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/**
 * A few small operations against a reference, before any emitted code is trusted: it shows whether this CPU computes what the
 * encodings mean. They are tiny because the reference still runs in the interpreter then.
 */
final class SelfTest {
    private static final int MEMORY_BYTES = 4 << 10;
    private static final long INPUT = KernelSet.SLACK_BYTES;
    private static final int FLOATS = 640;
    private static final int OUTPUT = 2 << 10;
    private static final long RESIDUAL = 3 << 10;
    /** A full vector and a part of one. */
    private static final int ELEMENTS = 70;

    private SelfTest() {}

    /** Refuses {@code kernels} that differ from {@code reference} in one byte. */
    static void check(KernelSet kernels, KernelSet reference) throws TierUnavailableException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment random = arena.allocateFrom(ValueLayout.JAVA_BYTE, noise(MEMORY_BYTES, 1));
            MemorySegment floats = realNoise(arena, (OUTPUT - FLOATS) / Float.BYTES);
            MemorySegment.copy(floats, 0, random, FLOATS, floats.byteSize());
            for (KernelSpec spec : specs(arena)) {
                Optional<Kernel> kernel = kernels.prepare(spec, arena);
                if (kernel.isPresent()) {
                    Kernel wanted = reference.prepare(spec, arena).orElseThrow();
                    MemorySegment expected = run(wanted, random, arena);
                    MemorySegment actual = run(kernel.get(), random, arena);
                    if (actual.mismatch(expected) != -1) {
                        throw new TierUnavailableException(
                                kernel.get().name() + " gave other bytes than the scalar kernels in the self-test");
                    }
                }
            }
        }
    }

    /** What a kernel makes of a memory, without its scratch. */
    private static MemorySegment run(Kernel kernel, MemorySegment before, Arena arena) {
        MemorySegment memory = arena.allocate(MEMORY_BYTES + kernel.scratchBytes() + KernelSet.SLACK_BYTES, 64);
        MemorySegment.copy(before, 0, memory, 0, MEMORY_BYTES);
        kernel.run(memory, MEMORY_BYTES);
        return memory.asSlice(0, MEMORY_BYTES);
    }

    /** One operation of every family of kernels. */
    private static List<KernelSpec> specs(Arena arena) {
        ConvolutionShape one = ConvolutionShape.of(1, 1);
        Convolution scaled = convolution(arena, 4, 20, 1, one, ElementType.UINT8, false);
        return List.of(
                convolution(arena, 4, 70, 1, one, ElementType.UINT8, false),
                convolution(arena, 4, 20, 2, one, ElementType.INT8, true),
                new Convolution(
                        scaled.input(),
                        row(ElementType.FLOAT32, OUTPUT, 20),
                        one,
                        scaled.weights(),
                        scaled.bias(),
                        new Rescaling(new float[] {0.3f}),
                        null),
                floats(arena, 20, one),
                floats(arena, 20, ConvolutionShape.of(2, 2).withGroups(20)),
                convolution(arena, 16, 16, 4, ConvolutionShape.of(3, 3).withGroups(16), ElementType.UINT8, false),
                maximum(ElementType.UINT8, INPUT),
                maximum(ElementType.FLOAT32, FLOATS),
                new QuantizedAdd(
                        row(ElementType.UINT8, INPUT, ELEMENTS),
                        FixedPointMultiplier.of(0.6),
                        row(ElementType.INT8, RESIDUAL, ELEMENTS),
                        FixedPointMultiplier.of(0.4),
                        7.25f,
                        row(ElementType.INT8, OUTPUT, ELEMENTS),
                        -127,
                        127),
                new QuantizedMultiply(
                        row(ElementType.UINT8, INPUT, ELEMENTS),
                        11,
                        row(ElementType.INT8, RESIDUAL, ELEMENTS),
                        0,
                        1234,
                        FixedPointMultiplier.of(0.01),
                        row(ElementType.INT8, OUTPUT, ELEMENTS),
                        -127,
                        127),
                new LookUp(
                        row(ElementType.UINT8, INPUT, ELEMENTS),
                        row(ElementType.UINT8, OUTPUT, ELEMENTS),
                        noise(256, 5)),
                new Quantize(
                        row(ElementType.FLOAT32, INPUT, ELEMENTS),
                        row(ElementType.UINT8, OUTPUT, ELEMENTS),
                        new float[] {0.05f},
                        new float[] {-0.15f},
                        3,
                        0,
                        255),
                new Quantize(
                        TensorView.contiguous(ElementType.FLOAT32, INPUT, 1, 3, 1, 18),
                        TensorView.nhwc(ElementType.UINT8, OUTPUT, 1, 3, 1, 18),
                        new float[] {0.05f},
                        new float[] {-0.15f},
                        3,
                        0,
                        255),
                new Copy(row(ElementType.UINT8, INPUT, ELEMENTS), row(ElementType.UINT8, OUTPUT, ELEMENTS)),
                new Fill(List.of(row(ElementType.UINT8, OUTPUT, ELEMENTS)), new byte[] {7}));
    }

    /** A convolution with all parts of an epilogue. */
    private static FloatConvolution floats(Arena arena, int outputs, ConvolutionShape shape) {
        int inputs = shape.groups() == 1 ? 3 : outputs;
        int weights = outputs * shape.taps() * inputs / shape.groups();
        return new FloatConvolution(
                TensorView.nhwc(ElementType.FLOAT32, FLOATS, 1, inputs, shape.kernelHeight(), shape.kernelWidth()),
                row(ElementType.FLOAT32, OUTPUT, outputs),
                shape,
                realNoise(arena, weights),
                new float[outputs],
                0,
                6,
                row(ElementType.FLOAT32, FLOATS, outputs));
    }

    private static TensorView row(ElementType type, long offset, int channels) {
        return TensorView.nhwc(type, offset, 1, channels, 1, 1);
    }

    private static Pooling maximum(ElementType type, long input) {
        return new Pooling(
                Pooling.Kind.MAX,
                TensorView.nhwc(type, input, 1, 20, 2, 2),
                TensorView.nhwc(type, OUTPUT, 1, 20, 2, 2),
                ConvolutionShape.of(2, 2),
                1,
                1,
                0,
                0,
                false,
                0,
                0);
    }

    private static Convolution convolution(
            Arena arena,
            int inputs,
            int outputs,
            int size,
            ConvolutionShape shape,
            ElementType type,
            boolean residual) {
        int edge = shape.outputHeight(size);
        TensorView in = TensorView.nhwc(type, INPUT, 1, inputs, size, size);
        TensorView out = TensorView.nhwc(type, OUTPUT, 1, outputs, edge, edge);
        TensorView rest = TensorView.nhwc(type, RESIDUAL, 1, outputs, edge, edge);
        int low = type == ElementType.INT8 ? -127 : 0;
        int high = type == ElementType.INT8 ? 127 : 255;
        int weights = outputs * shape.taps() * inputs / shape.groups();
        return new Convolution(
                in,
                out,
                shape,
                arena.allocateFrom(ValueLayout.JAVA_BYTE, noise(weights, 127)),
                new int[outputs],
                Requantization.of(FixedPointMultiplier.of(0.003), low, high),
                residual ? new Residual(rest, FixedPointMultiplier.of(0.7)) : null);
    }

    /** Floats within ±8. */
    private static MemorySegment realNoise(Arena arena, int count) {
        byte[] bytes = noise(count, 3);
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = bytes[i] / 16f;
        }
        return arena.allocateFrom(ValueLayout.JAVA_FLOAT, floats);
    }

    /** Bytes of a linear congruential generator, none of them −128. */
    private static byte[] noise(int count, int seed) {
        byte[] bytes = new byte[count];
        int state = seed;
        for (int i = 0; i < count; i++) {
            state = state * 1_103_515_245 + 12_345;
            bytes[i] = (byte) Math.max(-127, (byte) (state >> 16));
        }
        return bytes;
    }
}
