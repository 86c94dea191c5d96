package dev.octavo.benchmarks.rivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Requantization;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OneDnnTest {
    @Test
    void everyConvolutionGivesOctavosCodesUpToRounding() {
        ModelDefinition definition = SmallModel.build();
        int count = definition.tensors().size();
        ModelDefinition observed =
                definition.withOutputs(IntStream.range(1, count).boxed().toList());
        int size = SmallModel.SIZE;
        try (Model model = Model.of(observed);
                Session session = model.newSession(SessionOptions.defaults())) {
            List<Tensor> ours =
                    session.run(List.of(Tensor.of(SmallModel.images(1), 1, SmallModel.CHANNELS, size, size)));
            for (OperationDefinition operation : definition.operations()) {
                if (operation.operation() instanceof Operation.Convolution c) {
                    try (OneDnn theirs = OneDnn.open(alone(definition, operation), OneDnn.Form.U8_S8, 1)) {
                        for (int input : operation.inputs()) {
                            theirs.write(input, channelsLast(ours.get(input - 1)));
                        }
                        theirs.run();
                        check(operation, c, ours.get(operation.output() - 1), theirs);
                    }
                }
            }
        }
    }

    private static ModelDefinition alone(ModelDefinition definition, OperationDefinition operation) {
        return new ModelDefinition(
                definition.metadata(),
                definition.tensors(),
                List.of(operation),
                operation.inputs(),
                List.of(operation.output()),
                definition.batchable());
    }

    private static void check(
            OperationDefinition operation, Operation.Convolution convolution, Tensor ours, OneDnn theirs) {
        if (operation.name().equals("linear")) {
            for (int i = 0; i < ours.elements(); i++) {
                assertThat(theirs.output()[i]).isCloseTo(ours.get(i), within(1e-4f));
            }
            return;
        }
        byte[] expected = channelsLast(ours);
        byte[] actual = theirs.read(operation.output());
        int high = ((Requantization) convolution.epilogue()).high(0);
        boolean signed = ours.type() == ElementType.INT8;
        for (int i = 0; i < expected.length; i++) {
            int code = signed ? actual[i] : Byte.toUnsignedInt(actual[i]);
            int octavos = signed ? expected[i] : Byte.toUnsignedInt(expected[i]);
            // Bounds within the type's are left out there.
            assertThat(Math.clamp(code, signed ? -127 : 0, high))
                    .as(operation.name())
                    .isBetween(octavos - 1, octavos + 1);
        }
    }

    /** The codes of a tensor [N, C, H, W] or [N, C], channels last. */
    private static byte[] channelsLast(Tensor tensor) {
        int[] shape = tensor.shape();
        int channels = shape[1];
        int pixels = Math.toIntExact(tensor.elements() / channels);
        byte[] codes = new byte[channels * pixels];
        for (int i = 0; i < codes.length; i++) {
            codes[i % pixels * channels + i / pixels] = (byte) Math.round(tensor.get(i));
        }
        return codes;
    }
}
