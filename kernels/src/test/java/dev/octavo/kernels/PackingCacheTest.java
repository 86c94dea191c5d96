package dev.octavo.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackingCacheTest {
    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"UINT8", "FLOAT32"})
    void kernelsOfEqualConvolutionsShareWhatTheyPack(ElementType output) {
        for (KernelSet set : Tiers.underTest()) {
            try (Arena arena = Arena.ofConfined()) {
                PackingCache cache = new PackingCache(arena);
                MemorySegment weights = arena.allocate(64 * 64, 64).fill((byte) 3);
                set.prepare(convolution(weights, output), cache, arena);
                int forms = cache.forms();
                set.prepare(convolution(weights, output), cache, arena);
                assertThat(cache.forms()).as(set.name()).isEqualTo(forms);
            }
        }
    }

    private static Convolution convolution(MemorySegment weights, ElementType output) {
        TensorView in = TensorView.nhwc(ElementType.UINT8, KernelSet.SLACK_BYTES, 1, 64, 1, 1);
        TensorView out = TensorView.nhwc(output, KernelSet.SLACK_BYTES + 64, 1, 64, 1, 1);
        Epilogue epilogue = output == ElementType.FLOAT32
                ? new Rescaling(new float[] {0.5f})
                : new Requantization(List.of(FixedPointMultiplier.of(0.01)), 0, new int[] {200});
        return new Convolution(in, out, ConvolutionShape.of(1, 1), weights, new int[64], epilogue, null);
    }
}
