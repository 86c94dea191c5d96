package dev.octavo.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.runtime.format.ModelDefinition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void runsByNameAndChosenOutputsGiveWhatListsGive(long seed) {
        ModelDefinition definition = RandomModels.quantized(seed, 12);
        try (Model model = Model.of(definition);
                Session session = model.newSession()) {
            Tensor input = RandomModels.input(model.inputs().getFirst(), 1, seed);
            List<Tensor> outputs = session.run(List.of(input));
            assertThat(outputs.stream().map(Tensor::name).toList())
                    .isEqualTo(model.outputs().stream().map(TensorSpec::name).toList());
            Map<String, Tensor> named = session.run(Map.of("picture", input));
            assertThat(List.copyOf(named.values())).isEqualTo(outputs);
            assertThat(List.copyOf(named.keySet()))
                    .isEqualTo(model.outputs().stream().map(TensorSpec::name).toList());
            for (int i = 0; i < outputs.size(); i++) {
                String name = outputs.get(i).name();
                SessionOptions options =
                        SessionOptions.defaults().withOutputs(name).withProfiling(true);
                try (Session alone = model.newSession(options)) {
                    assertThat(alone.outputs()).containsExactly(model.outputs().get(i));
                    assertThat(alone.run(input).toFloatArray())
                            .isEqualTo(outputs.get(i).toFloatArray());
                    assertThat(alone.run(input).name()).isEqualTo(name);
                }
            }
        }
    }

    @Test
    void operationsThatAChosenOutputDoesNotNeedAreNotRun() {
        ModelDefinition definition = RandomModels.quantized(1, 12);
        try (Model model = Model.of(definition)) {
            String middle = definition
                    .tensors()
                    .get(definition.operations().getFirst().output())
                    .name();
            ModelDefinition observed = definition.withOutputs(List.of(
                    definition.outputs().getFirst(),
                    definition.operations().getFirst().output()));
            try (Model both = Model.of(observed);
                    Session session = both.newSession(
                            SessionOptions.defaults().withOutputs(middle).withProfiling(true))) {
                session.run(RandomModels.input(both.inputs().getFirst(), 1, 1));
                assertThat(session.profile().stream()
                                .filter(profile -> profile.name().startsWith("classify")))
                        .isEmpty();
            }
            assertThatThrownBy(() -> model.newSession(SessionOptions.defaults().withOutputs("nothing")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the model random has no output \"nothing\", only [");
        }
    }

    @Test
    void wrongNamesAreRefused() {
        try (Model model = Model.of(RandomModels.quantized(1, 12));
                Session session = model.newSession()) {
            Tensor input = RandomModels.input(model.inputs().getFirst(), 1, 1);
            assertThatThrownBy(() -> session.run(Map.of("picture", input, "more", input)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("where the model takes [picture]");
            assertThatThrownBy(() -> session.run(Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("input \"picture\" is missing: given are [], needed [picture]");
        }
    }

    @Test
    void buffersOfEitherByteOrderHoldTheSameElements() {
        float[] values = {1.5f, -2, Float.NaN, 1e-30f};
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            FloatBuffer buffer = ByteBuffer.allocateDirect(24)
                    .order(order)
                    .asFloatBuffer()
                    .put(1, values)
                    .position(1)
                    .limit(5);
            assertThat(Tensor.of(buffer, 2, 2).toFloatArray()).isEqualTo(values);
            assertThat(buffer.position()).isEqualTo(1);
        }
        assertThat(Tensor.of(FloatBuffer.wrap(values), 4).toFloatArray()).isEqualTo(values);
        assertThatThrownBy(() -> Tensor.of(FloatBuffer.wrap(values), 5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textsTellWhatThingsAre() {
        try (Model model = Model.of(RandomModels.quantized(1, 12));
                Session session = model.newSession(SessionOptions.defaults().withBatch(2));
                SessionPool pool = model.newPool(SessionOptions.defaults(), 3)) {
            assertThat(model.inputs().getFirst().toString()).matches("picture UINT8\\[N, \\d+, \\d+, \\d+] picture");
            assertThat(model.toString()).startsWith("Model[name=random, inputs=[picture UINT8[N, ");
            assertThat(session.toString())
                    .startsWith("Session[model=random, kernels=")
                    .contains("batch=2");
            assertThat(pool.toString())
                    .startsWith("SessionPool[model=random, kernels=")
                    .contains("sessions=3");
        }
    }
}
