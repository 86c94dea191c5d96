package dev.octavo.tools.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.format.proto.Header;
import dev.octavo.tools.OnnxConverter;
import dev.octavo.tools.TestData;
import dev.octavo.tools.demo.DemoModel;
import dev.octavo.tools.onnx.proto.ModelProto;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.json.JsonFactory;

/** A network and options always give the same bytes. */
final class DeterminismTest {
    @TempDir
    private Path folder;

    @Test
    void theNumberOfThreadsDoesNotMatter() throws IOException {
        Path onnx = Files.write(folder.resolve("signs.onnx"), DemoModel.onnx());
        Path standard = convert(onnx, "standard", 1);
        for (int threads : new int[] {2, 3, 7}) {
            assertThat(convert(onnx, threads + "-threads", threads)).hasSameBinaryContentAs(standard);
        }
    }

    @Test
    void theNumberOfThreadsDoesNotMatterToTrainedNetworks() throws IOException {
        Path onnx = TestData.require("models/cifar10_resnet20.onnx");
        assertThat(convert(onnx, "many", 5)).hasSameBinaryContentAs(convert(onnx, "one", 1));
    }

    private Path convert(Path onnx, String name, int threads) {
        Path model = folder.resolve(name + ".octavo");
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            // Parallel streams run in the pool of the thread that starts them.
            pool.submit(() -> convert(onnx, model)).join();
        }
        return model;
    }

    private static void convert(Path onnx, Path model) {
        try {
            OnnxConverter.defaults().convert(onnx, model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another JVM has other hash codes of objects, and other orders of immutable sets and maps. */
    @Test
    void theProcessDoesNotMatter() throws IOException, InterruptedException {
        Path onnx = Files.write(folder.resolve("signs.onnx"), DemoModel.onnx());
        Path here = convert(onnx, "here", 2);
        for (String name : new String[] {"there", "elsewhere"}) {
            Path there = folder.resolve(name + ".octavo");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--add-modules",
                            "jdk.incubator.vector",
                            "--enable-native-access=ALL-UNNAMED",
                            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=3",
                            "-cp",
                            classPath(),
                            AnotherProcess.class.getName(),
                            onnx.toString(),
                            there.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            assertThat(there).hasSameBinaryContentAs(here);
        }
    }

    /** What the other JVM runs. */
    static final class AnotherProcess {
        private AnotherProcess() {}

        public static void main(String[] arguments) {
            convert(Path.of(arguments[0]), Path.of(arguments[1]));
        }
    }

    /** Where the classes are that a conversion needs. */
    private static String classPath() {
        return Stream.of(
                        AnotherProcess.class,
                        OnnxConverter.class,
                        Converter.class,
                        Model.class,
                        ElementType.class,
                        Message.class,
                        ModelProto.class,
                        Header.class,
                        JsonFactory.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }
}
