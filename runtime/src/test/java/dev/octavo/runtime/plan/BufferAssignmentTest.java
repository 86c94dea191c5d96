package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.Padding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The structures that real networks are made of run without copies. */
class BufferAssignmentTest {
    private static final KernelSet SCALAR = KernelSets.byName("scalar");

    private final ModelSketch sketch = new ModelSketch();

    @Test
    void aResidualBlockWritesOverItsBranch() {
        int input = tensor(8);
        int first = convolution(input, 8, 3, -1);
        int inner = convolution(first, 8, 3, -1);
        int sum = convolution(inner, 8, 3, first);
        int last = convolution(sum, 8, 3, -1);
        BufferAssignment assignment = assign(input, last);
        assertThat(assignment.placement(sum)).isEqualTo(assignment.placement(first));
        assertThat(assignment.placement(inner).buffer())
                .isNotEqualTo(assignment.placement(sum).buffer());
        assertThat(names(input, last)).containsExactly("c1", "c2", "c3", "c4");
    }

    @Test
    void aResidualThatIsReadAgainStays() {
        int input = tensor(8);
        int first = convolution(input, 8, 1, -1);
        int inner = convolution(first, 8, 1, -1);
        int sum = convolution(inner, 8, 1, first);
        int last = convolution(sum, 8, 1, first);
        BufferAssignment assignment = assign(input, last);
        assertThat(assignment.placement(sum).buffer())
                .isNotEqualTo(assignment.placement(first).buffer());
        assertThat(assignment.placement(last)).isEqualTo(assignment.placement(first));
    }

    @Test
    void denseBlocksGrowInPlace() {
        int input = tensor(8);
        int a = convolution(input, 8, 1, -1);
        int b = convolution(a, 4, 3, -1);
        int ab = concat(12, a, b);
        int c = convolution(ab, 4, 3, -1);
        int abc = concat(16, ab, c);
        int last = convolution(abc, 8, 1, -1);
        BufferAssignment assignment = assign(input, last);
        for (int part : new int[] {a, b, ab, c}) {
            assertThat(assignment.placement(part).buffer())
                    .isEqualTo(assignment.placement(abc).buffer());
        }
        assertThat(names(input, last)).containsExactly("c1", "c2", "c4", "c6");
    }

    @Test
    void aShuffleOfChannelsIsOneCopy() {
        int input = tensor(8);
        int first = convolution(input, 8, 1, -1);
        int split = tensor(1, 2, 4, 6, 6);
        operation(new Operation.Reshape(), split, first);
        int swapped = tensor(1, 4, 2, 6, 6);
        operation(new Operation.Transpose(List.of(0, 2, 1, 3, 4)), swapped, split);
        int joined = tensor(8);
        operation(new Operation.Reshape(), joined, swapped);
        int half = tensor(4);
        operation(new Operation.Slice(List.of(0, 4, 0, 0), List.of(1, 1, 1, 1)), half, joined);
        int last = convolution(half, 8, 1, -1);
        assertThat(names(input, last)).containsExactly("c1", "o5", "c6");
    }

    private BufferAssignment assign(int input, int output) {
        BatchedModel model = BatchedModel.of(sketch.definition(input, output), 1);
        LayoutAssignment layouts = LayoutAssignment.of(model);
        return BufferAssignment.of(model, layouts, ChainAssignment.none(model, layouts), 1, true);
    }

    private List<String> names(int input, int output) {
        try (Arena arena = Arena.ofConfined()) {
            return PlanCompiler.compile(
                            "test",
                            sketch.definition(input, output),
                            ModelLimits.defaults(),
                            SCALAR,
                            1,
                            1,
                            new PackingCache(arena),
                            arena)
                    .steps()
                    .stream()
                    .map(Step::name)
                    .toList();
        }
    }

    private int convolution(int input, int channels, int kernel, int residual) {
        int output = tensor(channels);
        int inputChannels = sketch.channels(input);
        Operation operation = new Operation.Convolution(
                ConvolutionShape.of(kernel, kernel),
                new Padding(kernel / 2, kernel / 2, kernel / 2, kernel / 2),
                MemorySegment.ofArray(new byte[channels * kernel * kernel * inputChannels]),
                new int[channels],
                Requantization.of(FixedPointMultiplier.of(0.5), 0, 255),
                residual < 0 ? null : FixedPointMultiplier.of(0.5));
        Integer[] inputs = residual < 0 ? new Integer[] {input} : new Integer[] {input, residual};
        sketch.operation("c" + output, operation, output, inputs);
        return output;
    }

    private int concat(int channels, Integer... parts) {
        int output = tensor(channels);
        operation(new Operation.Concat(1), output, parts);
        return output;
    }

    private void operation(Operation operation, int output, Integer... inputs) {
        sketch.operation(operation, output, inputs);
    }

    private int tensor(int channels) {
        return tensor(1, channels, 6, 6);
    }

    private int tensor(int... shape) {
        return sketch.tensor(ElementType.UINT8, shape);
    }
}
