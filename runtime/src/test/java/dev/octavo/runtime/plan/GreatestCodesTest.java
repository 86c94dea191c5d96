package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.Padding;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** How large the codes of tensors can be. */
class GreatestCodesTest {
    private final ModelSketch sketch = new ModelSketch();

    @Test
    void clampsBoundWhatMovesTheirResults() {
        int input = tensor(4);
        int narrow = clamped(input, 90);
        int wide = clamped(input, 200);
        int pooled = tensor(4);
        Operation pool =
                new Operation.Pool(Pooling.Kind.MAX, ConvolutionShape.of(3, 3), new Padding(1, 1, 1, 1), false, 0, 0);
        sketch.operation(pool, pooled, narrow);
        int joined = tensor(8);
        sketch.operation(new Operation.Concat(1), joined, pooled, wide);
        int[] greatest = greatest(input, joined);

        assertThat(greatest[input]).isEqualTo(255);
        assertThat(greatest[narrow]).isEqualTo(90);
        assertThat(greatest[pooled]).isEqualTo(90);
        assertThat(greatest[joined]).isEqualTo(200);
    }

    @Test
    void averagesMayBeAnything() {
        int input = tensor(4);
        int narrow = clamped(input, 90);
        int mean = tensor(4);
        Operation pool = new Operation.Pool(Pooling.Kind.AVERAGE, ConvolutionShape.of(1, 1), Padding.NONE, false, 0, 2);
        sketch.operation(pool, mean, narrow);

        assertThat(greatest(input, mean)[mean]).isEqualTo(255);
    }

    @Test
    void tablesBoundTheirResults() {
        int input = tensor(4);
        byte[] table = new byte[256];
        table[17] = (byte) 201;
        int mapped = tensor(4);
        sketch.operation(new Operation.LookUp(table), mapped, input);

        assertThat(greatest(input, mapped)[mapped]).isEqualTo(201);
    }

    private int tensor(int channels) {
        return sketch.tensor(ElementType.UINT8, 1, channels, 8, 8);
    }

    /** A 1×1 convolution with an upper bound. */
    private int clamped(int input, int high) {
        int output = tensor(4);
        Operation convolution = new Operation.Convolution(
                ConvolutionShape.of(1, 1),
                Padding.NONE,
                MemorySegment.ofArray(new byte[16]),
                new int[4],
                Requantization.of(FixedPointMultiplier.of(0.01), 0, high),
                null);
        sketch.operation(convolution, output, input);
        return output;
    }

    private int[] greatest(int input, int output) {
        return GreatestCodes.of(BatchedModel.of(sketch.definition(input, output), 1));
    }
}
