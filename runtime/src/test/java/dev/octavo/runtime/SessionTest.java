package dev.octavo.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.Padding;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTest {
    /** A picture of 2 channels, 2x2; a 3x3 convolution that sums channel 0, padded by code 7; logits of both sums. */
    private static ModelDefinition definition() {
        TensorDefinition picture =
                new TensorDefinition("picture", ElementType.UINT8, new int[] {1, 2, 2, 2}, 1, new byte[] {7, 9}, null);
        TensorDefinition map = TensorDefinition.ofQuantized("map", ElementType.UINT8, 2, 1, 1, 2, 2);
        TensorDefinition logits = TensorDefinition.ofFloat("logits", 1, 1, 1, 1);
        byte[] weights = new byte[18];
        for (int tap = 0; tap < 9; tap++) {
            weights[2 * tap] = 1;
        }
        Operation convolution = new Operation.Convolution(
                ConvolutionShape.of(3, 3),
                new Padding(1, 1, 1, 1),
                MemorySegment.ofArray(weights),
                new int[] {10},
                Requantization.of(FixedPointMultiplier.of(0.5), 0, 255),
                null);
        Operation sum = new Operation.Convolution(
                ConvolutionShape.of(2, 2),
                Padding.NONE,
                MemorySegment.ofArray(new byte[] {1, 2, 3, 4}),
                new int[] {0},
                new Rescaling(new float[] {0.25f}),
                null);
        return new ModelDefinition(
                new ModelMetadata(
                        "sums",
                        List.of("only"),
                        new Preprocessing(List.of(100f, 50f), List.of(10f, 5f), 1),
                        Map.of("bits", "8")),
                List.of(picture, map, logits),
                List.of(
                        new OperationDefinition("conv", convolution, List.of(0), 1),
                        new OperationDefinition("fc", sum, List.of(1), 2)),
                List.of(0),
                List.of(2),
                true);
    }

    @Test
    void picturesGoInAsInterleavedBytes() {
        try (Model model = Model.of(definition());
                Session session = model.newSession()) {
            assertThat(model.inputs())
                    .containsExactly(new TensorSpec("picture", ElementType.UINT8, List.of(-1, 2, 2, 2), 1, true));
            Tensor picture = Tensor.of(new byte[] {1, 100, 2, 100, 3, 100, 4, 100}, 1, 2, 2, 2);
            // Every 3x3 window holds the whole picture and five pad codes: (1 + 2 + 3 + 4 + 5·7 + 10) / 2 = 27.5.
            assertThat(session.run(picture).toFloatArray()).containsExactly(28 * 10 * 0.25f);
        }
    }

    @Test
    void floatsAreTakenBackToTheirCodes() {
        try (Model model = Model.of(definition());
                Session session = model.newSession(SessionOptions.defaults().withBatch(2))) {
            float[] values = {
                -9.9f, -9.8f, -9.7f, -9.6f, 0, 0, 0, 0, // codes 1 2 3 4 and 50
                -9.9f, -9.8f, -9.7f, -99, 0, 0, 0, 0, // codes 1 2 3 0 and 50
            };
            assertThat(session.run(Tensor.of(values, 2, 2, 2, 2)).toFloatArray())
                    .containsExactly(28 * 2.5f, 26 * 2.5f);
        }
    }

    @Test
    void otherShapesAreRefused() {
        try (Model model = Model.of(definition());
                Session session = model.newSession()) {
            assertThatThrownBy(() -> session.run(Tensor.of(new byte[8], 1, 2, 4, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "input 0 \"picture\" must be UINT8[1, 2, 2, 2] or FLOAT32[1, 2, 2, 2] and not UINT8[1, 2,"
                                    + " 4, 1]");
        }
    }

    @Test
    void closedSessionsAndModelsRefuse() {
        Model model = Model.of(definition());
        Session session = model.newSession();
        model.close();
        model.close();
        session.close();
        assertThatThrownBy(() -> session.run(Tensor.of(new byte[8], 1, 2, 2, 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the session is closed");
        assertThatThrownBy(model::newSession)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the model sums is closed");
    }
}
