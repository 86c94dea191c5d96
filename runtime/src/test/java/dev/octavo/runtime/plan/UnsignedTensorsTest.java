package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.RandomModels;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelChecks;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelLimits;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.Padding;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which int8 tensors may be read as uint8. */
class UnsignedTensorsTest {
    private static final KernelSet SCALAR = KernelSets.byName("scalar");

    private final ModelSketch sketch = new ModelSketch();

    @Test
    void noByteChanges() {
        int found = 0;
        for (long seed = 0; seed < 200; seed++) {
            ModelDefinition model = RandomModels.quantized(seed, 14);
            ModelDefinition unsigned = UnsignedTensors.in(model);
            ModelChecks.check(unsigned, "unsigned", ModelLimits.defaults());
            Tensor input = RandomModels.input(model, 2, seed);
            assertThat(PlanRuns.run(unsigned, SCALAR, 2, true, input))
                    .as("seed %s", seed)
                    .isDeepEqualTo(PlanRuns.run(model, SCALAR, 2, true, input));
            for (int t = 0; t < model.tensors().size(); t++) {
                found += unsigned.tensors().get(t).type()
                                == model.tensors().get(t).type()
                        ? 0
                        : 1;
            }
        }
        assertThat(found).isGreaterThan(200);
    }

    @Test
    void whatAReluLeftIsUnsignedWhateverMovesIt() {
        int input = tensor(ElementType.INT8, 4);
        int relu = convolution(input, 0);
        int pooled = tensor(ElementType.INT8, 4);
        Operation pool =
                new Operation.Pool(Pooling.Kind.MAX, ConvolutionShape.of(3, 3), new Padding(1, 1, 1, 1), false, 0, 0);
        sketch.operation(pool, pooled, relu);
        int joined = tensor(ElementType.INT8, 8);
        sketch.operation(new Operation.Concat(1), joined, relu, pooled);
        int last = convolution(joined, -127);

        assertThat(unsigned(input, last)).containsExactly(relu, pooled, joined);
    }

    @Test
    void aConcatenationWithSignedCodesKeepsAllOfItSigned() {
        int input = tensor(ElementType.INT8, 4);
        int relu = convolution(input, 0);
        int linear = convolution(relu, -127);
        int joined = tensor(ElementType.INT8, 8);
        sketch.operation(new Operation.Concat(1), joined, relu, linear);
        int other = convolution(joined, 0);
        int last = convolution(other, -127);

        assertThat(unsigned(input, last)).containsExactly(other);
    }

    @Test
    void whatCallersGetKeepsItsType() {
        int input = tensor(ElementType.INT8, 4);
        int inner = convolution(input, 0);
        int last = convolution(inner, 0);

        assertThat(unsigned(input, last)).containsExactly(inner);
    }

    @Test
    void averagesThatRelyOnSaturationStaySigned() {
        int input = tensor(ElementType.INT8, 4);
        int relu = convolution(input, 0);
        int exact = average(relu, 1);
        int scaled = average(relu, 1.5);
        int first = convolution(exact, -127);
        int second = convolution(scaled, -127);
        int last = tensor(ElementType.INT8, 8);
        sketch.operation(new Operation.Concat(1), last, first, second);

        assertThat(unsigned(input, last)).containsExactly(relu, exact);
    }

    private int average(int input, double scale) {
        int output = tensor(ElementType.INT8, 4);
        sketch.operation(
                new Operation.Pool(
                        Pooling.Kind.AVERAGE, ConvolutionShape.of(3, 3), new Padding(1, 1, 1, 1), false, 0, scale),
                output,
                input);
        return output;
    }

    /** Positions of the tensors that changed. */
    private List<Integer> unsigned(int input, int output) {
        ModelDefinition definition = sketch.definition(input, output);
        ModelDefinition result = UnsignedTensors.in(definition);
        ModelChecks.check(result, "unsigned", ModelLimits.defaults());
        List<Integer> changed = new ArrayList<>();
        for (int t = 0; t < result.tensors().size(); t++) {
            if (result.tensors().get(t).type() != definition.tensors().get(t).type()) {
                changed.add(t);
            }
        }
        return changed;
    }

    private int convolution(int input, int low) {
        int output = tensor(ElementType.INT8, 4);
        int channels = sketch.channels(input);
        sketch.operation(
                new Operation.Convolution(
                        ConvolutionShape.of(1, 1),
                        Padding.NONE,
                        MemorySegment.ofArray(new byte[4 * channels]),
                        new int[4],
                        Requantization.of(FixedPointMultiplier.of(0.5), low, 127),
                        null),
                output,
                input);
        return output;
    }

    private int tensor(ElementType type, int channels) {
        return sketch.tensor(type, 1, channels, 6, 6);
    }
}
