package dev.octavo.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.scalar.ScalarKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scalar tier against numbers that were worked out by hand or in double precision. */
class ScalarReferenceTest {
    private static final long INPUT = 512;
    private static final long SECOND = 1024;
    private static final long OUTPUT = 2048;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(4096, 64);

    @AfterEach
    void close() {
        arena.close();
    }

    /** The two taps lie two columns apart; outputs lie two rows and one column apart. */
    @Test
    void aConvolutionWithStrideAndDilation() {
        bytes(INPUT, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        TensorView input = TensorView.nhwc(ElementType.INT8, INPUT, 1, 1, 3, 4);
        ConvolutionShape shape = ConvolutionShape.of(1, 2).withStride(2, 1).withDilation(1, 2);
        TensorView output = TensorView.nhwc(ElementType.INT8, OUTPUT, 1, 1, 2, 2);
        Requantization requantization = Requantization.of(FixedPointMultiplier.of(0.5), -127, 127);
        run(new Convolution(input, output, shape, weights(1, 3), new int[] {1}, requantization, null));
        // (1 + 1·1 + 3·3) / 2 = 5.5, (1 + 2 + 12) / 2 = 7.5, (1 + 9 + 33) / 2 = 21.5, (1 + 10 + 36) / 2 = 23.5.
        assertThat(bytes(4)).containsExactly(6, 8, 22, 24);
    }

    @Test
    void groupsSeeTheirOwnChannels() {
        bytes(INPUT, 1, 2, 3, 4);
        TensorView input = TensorView.nhwc(ElementType.INT8, INPUT, 1, 4, 1, 1);
        TensorView output = TensorView.nhwc(ElementType.INT8, OUTPUT, 1, 2, 1, 1);
        ConvolutionShape shape = ConvolutionShape.of(1, 1).withGroups(2);
        Requantization requantization = Requantization.of(FixedPointMultiplier.of(1), -127, 127);
        run(new Convolution(input, output, shape, weights(1, 10, 1, 10), new int[2], requantization, null));
        assertThat(bytes(2)).containsExactly(21, 43);
    }

    @Test
    void accumulatorsWrap() {
        bytes(INPUT, 1);
        TensorView input = TensorView.nhwc(ElementType.INT8, INPUT, 1, 1, 1, 1);
        TensorView output = TensorView.nhwc(ElementType.FLOAT32, OUTPUT, 1, 1, 1, 1);
        Rescaling rescaling = new Rescaling(new float[] {1});
        run(new Convolution(
                input, output, ConvolutionShape.of(1, 1), weights(1), new int[] {Integer.MAX_VALUE}, rescaling, null));
        assertThat(memory.get(TestMemory.FLOAT, OUTPUT)).isEqualTo(-0x1p31f);
    }

    /** 49 taps, scale of the input .05, of the output .04: 62.5 with a multiplier rounded up, 63.1 and −63.1. */
    @ParameterizedTest
    @CsvSource({"50, 0, 63", "50, 25, 63", "-50, -25, -63"})
    void anAverageIsRequantizedOnce(int each, int more, int expected) {
        for (int i = 0; i < 49; i++) {
            bytes(INPUT + i, each);
        }
        bytes(INPUT, each + more);
        run(new Pooling(
                Pooling.Kind.AVERAGE,
                TensorView.nhwc(ElementType.INT8, INPUT, 1, 1, 7, 7),
                TensorView.nhwc(ElementType.INT8, OUTPUT, 1, 1, 1, 1),
                ConvolutionShape.of(7, 7),
                0,
                0,
                0,
                0,
                false,
                0,
                .05 / .04));
        assertThat(bytes(1)).containsExactly(expected);
    }

    @Test
    void paddingCountsOnlyWhereItIsAskedTo() {
        memory.set(TestMemory.FLOAT, INPUT, 12);
        for (boolean countPadding : new boolean[] {false, true}) {
            run(new Pooling(
                    Pooling.Kind.AVERAGE,
                    TensorView.nhwc(ElementType.FLOAT32, INPUT, 1, 1, 1, 1),
                    TensorView.nhwc(ElementType.FLOAT32, OUTPUT, 1, 1, 1, 1),
                    ConvolutionShape.of(2, 3),
                    1,
                    1,
                    0,
                    1,
                    countPadding,
                    0,
                    0));
            assertThat(memory.get(TestMemory.FLOAT, OUTPUT)).isEqualTo(countPadding ? 2 : 12);
        }
    }

    /** A gate of a squeeze-and-excitation block: scales .05, 1/127 and .05. */
    @ParameterizedTest
    @CsvSource({"100, 127, 100", "100, 64, 50", "-77, 33, -20"})
    void aProductIsRequantizedOnce(int a, int b, int expected) {
        bytes(INPUT, a);
        bytes(SECOND, b);
        run(new QuantizedMultiply(
                TensorView.contiguous(ElementType.INT8, INPUT, 1),
                0,
                TensorView.contiguous(ElementType.INT8, SECOND, 1),
                0,
                0,
                FixedPointMultiplier.of(1 / 127.0),
                TensorView.contiguous(ElementType.INT8, OUTPUT, 1),
                -127,
                127));
        assertThat(bytes(1)).containsExactly(expected);
    }

    /** Scales .031, .047 and .06. */
    @ParameterizedTest
    @CsvSource({"127, 127, 127", "1, 0, 1", "0, 1, 1", "-3, 2, 0", "37, -24, 0", "5, 9, 10"})
    void aSumIsRoundedOnce(int a, int b, int expected) {
        bytes(INPUT, a);
        bytes(SECOND, b);
        run(new QuantizedAdd(
                TensorView.contiguous(ElementType.INT8, INPUT, 1),
                FixedPointMultiplier.of(.031 / .06),
                TensorView.contiguous(ElementType.INT8, SECOND, 1),
                FixedPointMultiplier.of(.047 / .06),
                0,
                TensorView.contiguous(ElementType.INT8, OUTPUT, 1),
                -127,
                127));
        assertThat(bytes(1)).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 1, 0, 0",
        "1.5, 1, 0, 2",
        "-2.5, 1, 0, -2",
        "126.5, 1, 0, 126",
        "1e30, 1, 0, 127",
        "-Infinity, 1, 0, -127",
        "NaN, 1, 0, 0",
        "NaN, 1, 7, 7",
        // Ties are even before the zero point is added.
        "0.5, 1, 1, 1",
        "1.5, 1, 1, 3",
        "1e30, 1, -128, 127",
        // 0.705 / 0.47 is 1.5; 0.705 · (1 / 0.47) is a little less.
        "0.705, 0.47, 0, 2"
    })
    void quantizationDividesRoundsTiesToEvenAndSaturates(float x, float scale, int zeroPoint, int expected) {
        memory.set(TestMemory.FLOAT, INPUT, x);
        run(new Quantize(
                TensorView.contiguous(ElementType.FLOAT32, INPUT, 1),
                TensorView.contiguous(ElementType.INT8, OUTPUT, 1),
                new float[] {scale},
                new float[] {0},
                zeroPoint,
                -127,
                127));
        assertThat(bytes(1)).containsExactly(expected);
    }

    @Test
    void aSoftmaxOfLargeValuesDoesNotOverflow() {
        float[] values = {1000, 1001, 998.5f, 0};
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            memory.set(TestMemory.FLOAT, INPUT + 4L * i, values[i]);
            sum += Math.exp(values[i] - 1001);
        }
        run(new FloatSoftmax(
                TensorView.contiguous(ElementType.FLOAT32, INPUT, 1, 4),
                TensorView.contiguous(ElementType.FLOAT32, OUTPUT, 1, 4),
                1));
        for (int i = 0; i < values.length; i++) {
            float exact = (float) (Math.exp(values[i] - 1001) / sum);
            assertThat(memory.get(TestMemory.FLOAT, OUTPUT + 4L * i)).isCloseTo(exact, within(2e-6f));
        }
    }

    private void run(KernelSpec spec) {
        new ScalarKernels().prepare(spec, arena).orElseThrow().run(memory, 0);
    }

    private MemorySegment weights(int... values) {
        MemorySegment weights = arena.allocate(values.length);
        for (int i = 0; i < values.length; i++) {
            weights.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
        }
        return weights;
    }

    private void bytes(long offset, int... values) {
        for (int i = 0; i < values.length; i++) {
            memory.set(ValueLayout.JAVA_BYTE, offset + i, (byte) values[i]);
        }
    }

    private int[] bytes(int count) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = memory.get(ValueLayout.JAVA_BYTE, OUTPUT + i);
        }
        return values;
    }
}
