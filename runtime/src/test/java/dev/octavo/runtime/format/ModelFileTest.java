package dev.octavo.runtime.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.RandomModels;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelFileTest {
    private static final RecursiveComparisonConfiguration BY_CONTENT = RecursiveComparisonConfiguration.builder()
            .withEqualsForType((a, b) -> a.byteSize() == b.byteSize() && a.mismatch(b) == -1, MemorySegment.class)
            .build();

    @TempDir
    private Path folder;

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsWrittenIsRead(long seed) throws IOException {
        for (ModelDefinition model : new ModelDefinition[] {
            RandomModels.quantized(seed, 12), RandomModels.floating(seed, 12), FormatModels.everyOperation()
        }) {
            Path file = folder.resolve("model.octavo");
            ModelWriter.write(model, file);
            byte[] bytes = Files.readAllBytes(file);
            try (Arena arena = Arena.ofConfined()) {
                ModelDefinition read = ModelReader.read(file, ModelLimits.defaults(), arena);
                assertThat(read).usingRecursiveComparison(BY_CONTENT).isEqualTo(model);
                ModelWriter.write(read, file);
                assertThat(Files.readAllBytes(file)).as("written again").isEqualTo(bytes);
            }
        }
    }

    @Test
    void aLoadedModelComputesWhatTheDefinitionDoes() throws IOException {
        ModelDefinition definition = RandomModels.quantized(5, 12);
        Path file = folder.resolve("model.octavo");
        ModelWriter.write(definition, file);
        try (Model built = Model.of(definition);
                Model loaded = Model.load(file);
                Session first = built.newSession();
                Session second = loaded.newSession()) {
            Tensor input = RandomModels.input(built.inputs().getFirst(), 1, 1);
            Tensor floats = Tensor.allocate(
                    ElementType.FLOAT32, definition.tensors().getFirst().shape());
            for (Tensor tensor : new Tensor[] {input, floats}) {
                var expected = first.run(List.of(tensor));
                var actual = second.run(List.of(tensor));
                for (int o = 0; o < expected.size(); o++) {
                    assertThat(actual.get(o).toFloatArray())
                            .isEqualTo(expected.get(o).toFloatArray());
                }
            }
            assertThat(loaded.labels()).containsExactly("a", "b");
            assertThat(loaded.settings()).containsEntry("bits", "8");
            assertThat(loaded.preprocessing().crop()).isEqualTo(0.875f);
        }
    }

    @Test
    void theGoldenFileIsWrittenByteForByte() throws IOException {
        Path file = folder.resolve("golden.octavo");
        ModelWriter.write(FormatModels.everyOperation(), file);
        assertThat(file)
                .as(
                        "the format changed: give it another version, or keep it readable and renew %s",
                        FormatModels.GOLDEN)
                .hasSameBinaryContentAs(FormatModels.GOLDEN);
    }
}
