package dev.octavo.runtime.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.RandomModels;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wherever a model comes from, it is the same model, and what happens to its source later does not matter. */
class ModelSourcesTest {
    @TempDir
    private Path folder;

    private Path file;
    private byte[] bytes;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("model.octavo");
        ModelWriter.write(RandomModels.quantized(5, 12), file);
        bytes = Files.readAllBytes(file);
    }

    @Test
    void filesStreamsArraysSegmentsAndJarsHoldTheSameModel() throws IOException {
        List<float[]> expected;
        try (Model model = Model.load(file)) {
            expected = run(model, KernelSets.byName("scalar"));
        }
        Path jar = folder.resolve("fat.jar");
        try (FileSystem inside = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            Files.write(inside.getPath("/inner.octavo"), bytes);
        }
        byte[] padded = new byte[bytes.length + 2];
        System.arraycopy(bytes, 0, padded, 1, bytes.length);
        try (FileSystem inside = FileSystems.newFileSystem(jar);
                InputStream slow = new ByteArrayInputStream(bytes) {
                    @Override
                    public synchronized int read(byte[] target, int offset, int length) {
                        return super.read(target, offset, Math.min(length, 7));
                    }
                }) {
            for (Model model : List.of(
                    Model.load(bytes),
                    Model.load(MemorySegment.ofArray(padded).asSlice(1, bytes.length)),
                    Model.load(slow),
                    Model.load(inside.getPath("/inner.octavo")))) {
                try (model) {
                    assertThat(run(model, KernelSets.select()))
                            .usingRecursiveComparison()
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void aFileThatIsCutShortOrOverwrittenAfterLoadingDoesNotMatter() throws IOException {
        List<float[]> expected;
        try (Model model = Model.load(file)) {
            expected = run(model, KernelSets.byName("scalar"));
        }
        for (KernelSet kernels : KernelSets.usable()) {
            for (byte[] later : new byte[][] {{}, new byte[bytes.length]}) {
                Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
                try (Model model = Model.load(file)) {
                    Files.write(file, later, StandardOpenOption.TRUNCATE_EXISTING);
                    assertThat(run(model, kernels)).usingRecursiveComparison().isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void streamsThatAreShorterOrLongerThanTheModelAreRefused() {
        for (int length : new int[] {0, 1, 63, 64, 65, bytes.length - 1, bytes.length + 1, 2 * bytes.length}) {
            byte[] other = Arrays.copyOf(bytes, length);
            assertThat(catchThrowable(() -> Model.load(new ByteArrayInputStream(other))))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageStartingWith("model from a stream: at offset ");
            assertThat(catchThrowable(() -> Model.load(other)))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageStartingWith("model in memory: at offset ");
        }
    }

    @Test
    void whatIsNotThereOrNoFileIsAnIoException() {
        assertThatThrownBy(() -> Model.load(folder.resolve("missing.octavo"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Model.load(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a folder or a device");
    }

    @Test
    void onnxModelsAreToldHowToBecomeModelFiles() throws IOException {
        Path onnx = folder.resolve("net.onnx");
        Files.write(onnx, new byte[] {8, 9, 58, 0});
        assertThatThrownBy(() -> Model.load(onnx))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("octavo convert");
    }

    @Test
    void modelsBeyondTheLimitsAreRefused() {
        ModelLimits limits = ModelLimits.defaults();
        assertRefused(limits.withTensors(5), "exceed the limits");
        assertRefused(limits.withMultiplications(1000), "multiplications, more than the limit of 1000");
        assertRefused(limits.withPlanBytes(100), "bytes of data exceed the limit of 100");
    }

    private void assertRefused(ModelLimits limits, String reason) {
        assertThatThrownBy(() -> Model.load(file, limits))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(reason);
    }

    @Test
    void sessionsBeyondTheLimitsAreRefused() throws IOException {
        int[] shape = {1, 16, 32, 32};
        ModelDefinition wide = new ModelDefinition(
                new ModelMetadata("wide", List.of(), new Preprocessing(List.of(), List.of(), 1), Map.of()),
                List.of(TensorDefinition.ofFloat("in", shape), TensorDefinition.ofFloat("out", shape)),
                List.of(new OperationDefinition(
                        "clip", new Operation.Unary(FloatUnary.Function.CLIP, 0, 6), List.of(0), 1)),
                List.of(0),
                List.of(1),
                true);
        ModelWriter.write(wide, file);
        try (Model model = Model.load(file, ModelLimits.defaults().withPlanBytes(20_000))) {
            assertThatThrownBy(model::newSession)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("more than the limit of 20000");
        }
    }

    private static List<float[]> run(Model model, KernelSet kernels) {
        try (Session session = model.newSession(SessionOptions.defaults().withKernels(kernels))) {
            Tensor input = RandomModels.input(model.inputs().getFirst(), 1, 1);
            return session.run(List.of(input)).stream()
                    .map(Tensor::toFloatArray)
                    .toList();
        }
    }
}
