package dev.octavo.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.x86.InstructionSet;
import dev.octavo.kernels.scalar.ScalarKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A picture of float planes becomes interleaved bytes inside a halo. */
class MachineQuantizeTest {
    private static final int HEIGHT = 9;
    private static final int WIDTH = 75;
    private static final int CHANNELS = 3;

    @ParameterizedTest
    @EnumSource(InstructionSet.class)
    void planesToPixels(InstructionSet set) {
        MachineKernels kernels = MachineConvolutionTest.kernels(set);
        for (ElementType type : new ElementType[] {ElementType.INT8, ElementType.UINT8}) {
            try (Arena arena = Arena.ofConfined()) {
                TensorView planes =
                        TensorView.contiguous(ElementType.FLOAT32, KernelSet.SLACK_BYTES, 1, CHANNELS, HEIGHT, WIDTH);
                long at = planes.offset() + planes.elements() * Float.BYTES;
                long row = (WIDTH + 6L) * CHANNELS;
                TensorView pixels =
                        TensorView.of(type, at + 3 * row, new int[] {1, CHANNELS, HEIGHT, WIDTH}, new long[] {
                            row * HEIGHT, 1, row, CHANNELS
                        });
                int low = type == ElementType.INT8 ? -128 : 0;
                Quantize spec = new Quantize(
                        planes,
                        pixels,
                        new float[] {1 / 58f, 1 / 57f, 0.3f},
                        new float[] {0.03f, -0.05f, 0.5f},
                        7,
                        low,
                        120);
                MemorySegment expected = arena.allocate(at + row * (HEIGHT + 6) + KernelSet.SLACK_BYTES, 64);
                SplittableRandom random = new SplittableRandom(3);
                for (long i = 0; i < planes.elements(); i++) {
                    float value = i % 50 == 0 ? Float.NaN : i % 70 == 0 ? -1e30f : (float) random.nextDouble(-3, 3);
                    expected.set(ValueLayout.JAVA_FLOAT, planes.offset() + i * Float.BYTES, value);
                }
                MemorySegment actual = arena.allocate(expected.byteSize(), 64).copyFrom(expected);
                new ScalarKernels().prepare(spec, arena).orElseThrow().run(expected, 0);
                Kernel kernel = kernels.prepare(spec, arena).orElseThrow();
                assertThat(kernel.name()).startsWith("f32-quantize-planes");
                assertThat(kernel.scratchBytes()).isEqualTo(64);
                kernel.run(actual, 0);
                // The scratch memory at the beginning is not compared.
                assertThat(actual.asSlice(64).mismatch(expected.asSlice(64))).isEqualTo(-1);
            }
        }
    }
}
