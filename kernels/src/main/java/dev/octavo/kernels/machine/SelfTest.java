package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.Convolution.Residual;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.Requantization;
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
    private static final long MEMORY_BYTES = 4 << 10;
    private static final long OUTPUT = 2 << 10;
    private static final long RESIDUAL = 3 << 10;

    private SelfTest() {}

    /** Refuses {@code kernels} that differ from {@code reference} in one byte. */
    static void check(KernelSet kernels, KernelSet reference) throws TierUnavailableException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment random = noise(arena, MEMORY_BYTES, 1);
            for (KernelSpec spec : specs(arena)) {
                Optional<Kernel> kernel = kernels.prepare(spec, arena);
                if (kernel.isPresent()) {
                    MemorySegment expected = arena.allocate(MEMORY_BYTES, 64).copyFrom(random);
                    MemorySegment actual = arena.allocate(MEMORY_BYTES, 64).copyFrom(random);
                    reference.prepare(spec, arena).orElseThrow().run(expected, 0);
                    kernel.get().run(actual, 0);
                    if (actual.mismatch(expected) != -1) {
                        throw new TierUnavailableException(
                                kernel.get().name() + " gave other bytes than the scalar kernels in the self-test");
                    }
                }
            }
        }
    }

    private static List<KernelSpec> specs(Arena arena) {
        return List.of(
                convolution(arena, 4, 70, 1, ConvolutionShape.of(1, 1), ElementType.UINT8, false),
                convolution(arena, 4, 20, 2, ConvolutionShape.of(1, 1), ElementType.INT8, true),
                convolution(arena, 16, 16, 4, ConvolutionShape.of(3, 3).withGroups(16), ElementType.UINT8, false));
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
        TensorView in = TensorView.nhwc(type, KernelSet.SLACK_BYTES, 1, inputs, size, size);
        TensorView out = TensorView.nhwc(type, OUTPUT, 1, outputs, edge, edge);
        TensorView rest = TensorView.nhwc(type, RESIDUAL, 1, outputs, edge, edge);
        int low = type == ElementType.INT8 ? -127 : 0;
        int high = type == ElementType.INT8 ? 127 : 255;
        long weights = (long) outputs * shape.taps() * inputs / shape.groups();
        return new Convolution(
                in,
                out,
                shape,
                noise(arena, weights, 127),
                new int[outputs],
                Requantization.of(FixedPointMultiplier.of(0.003), low, high),
                residual ? new Residual(rest, FixedPointMultiplier.of(0.7)) : null);
    }

    /** Bytes of a linear congruential generator, none of them −128. */
    private static MemorySegment noise(Arena arena, long bytes, int seed) {
        MemorySegment segment = arena.allocate(bytes, 64);
        int state = seed;
        for (long i = 0; i < bytes; i++) {
            state = state * 1_103_515_245 + 12_345;
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) Math.max(-127, (byte) (state >> 16)));
        }
        return segment;
    }
}
