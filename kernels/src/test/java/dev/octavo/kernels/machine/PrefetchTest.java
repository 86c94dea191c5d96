package dev.octavo.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import dev.octavo.kernels.machine.work.WorkList.Item;
import dev.octavo.kernels.machine.x86.InstructionSet;
import dev.octavo.kernels.machine.x86.X86Family;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Which weights a convolution prefetches. */
class PrefetchTest {
    private static final long DISTANCE = 1 << 19;

    /** Items of a convolution and the first addresses that its packing gave to the blocks. */
    private record Work(List<Item> items, Set<Long> blocks) {}

    @Test
    void eachBlockPrefetchesFromTheDistanceOnWhateverTheNumberOfItsItems() {
        // More weights than half of L2, so that each of 8 blocks goes over the whole image.
        Work work = work(ConvolutionCase.of(2048, 7, 512, ConvolutionShape.of(1, 1)), DISTANCE);
        Set<Long> starts = new HashSet<>();
        work.items.forEach(item -> starts.add(item.ahead() - DISTANCE));

        assertThat(starts).containsAll(work.blocks);
        assertThat(work.items)
                .allSatisfy(item ->
                        assertThat(item.ahead() - DISTANCE).isBetween(item.weights(), item.weights() + 64 * 2048L));
    }

    @Test
    void aPassOverSmallWeightsPrefetchesOnFromItemToItem() {
        Work work = work(ConvolutionCase.of(64, 28, 256, ConvolutionShape.of(1, 1)), DISTANCE);
        long[] ahead = work.items.stream().mapToLong(Item::ahead).toArray();

        assertThat(ahead).isSorted();
        assertThat(ahead[0]).isEqualTo(work.items.getFirst().weights() + DISTANCE);
        long covered = ahead[ahead.length - 1] - ahead[0];
        assertThat(covered).isBetween(64 * 256 * 3 / 4L, 64 * 256 * 2L);
    }

    @Test
    void chainsPrefetchNothing() {
        Work work = work(ConvolutionCase.of(64, 28, 256, ConvolutionShape.of(1, 1)), 0);

        assertThat(work.items.stream().map(Item::ahead).distinct()).hasSize(1);
    }

    private static Work work(ConvolutionCase shape, long distance) {
        CodeFamily family = family();
        try (Arena arena = Arena.ofConfined()) {
            Convolution spec = shape.instance(arena, 1).spec();
            KernelCode kernel = family.kernel(arena);
            List<Item> items = MachineConvolution.of(spec, family, kernel, new PackingCache(arena), distance)
                    .items(ConvolutionTensors.of(spec));
            Set<Long> blocks = new HashSet<>();
            items.forEach(item -> blocks.add(item.weights()));
            return new Work(items, blocks);
        }
    }

    private static CodeFamily family() {
        try {
            return X86Family.of(InstructionSet.AVX512_VNNI);
        } catch (TierUnavailableException e) {
            return Assumptions.abort(e.getMessage());
        }
    }
}
