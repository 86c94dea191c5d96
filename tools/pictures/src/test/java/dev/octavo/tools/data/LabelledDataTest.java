package dev.octavo.tools.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.TestData;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureException;
import dev.octavo.tools.vision.Pictures;
import dev.octavo.tools.vision.PngWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class LabelledDataTest {
    @TempDir
    Path folder;

    @Test
    void readsAFolder() throws IOException {
        PngWriter.write(Pictures.constant(3, 2, 3, 9), folder.resolve("a, b.png"));
        PngWriter.write(Pictures.constant(5, 4, 1, 7), folder.resolve("c.png"));
        Files.writeString(folder.resolve("labels.csv"), "file,label\r\n\"a, b.png\",3\r\nc.png, 12\r\n\r\n");
        LabelledData data = LabelledData.open(folder);
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.name(0)).isEqualTo("a, b.png");
        assertThat(data.label(0)).isEqualTo(3);
        assertThat(data.label(1)).isEqualTo(12);
        assertThat(data.picture(0).sample(2, 1, 0)).isEqualTo(9);
        assertThat(data.picture(1).channels()).isEqualTo(1);
        assertThat(data.limit(1).size()).isEqualTo(1);
        assertThat(data.limit(9).size()).isEqualTo(2);
    }

    @Test
    void readsCifarRecords() throws IOException {
        byte[] records = new byte[2 * 3073];
        records[3073] = 7;
        records[3073 + 1 + 33] = 1;
        records[3073 + 1 + 1024 + 33] = 2;
        records[3073 + 1 + 2048 + 33] = (byte) 200;
        LabelledData data = LabelledData.open(file("x.bin", records));
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.label(1)).isEqualTo(7);
        Picture picture = data.picture(1);
        assertThat(List.of(picture.sample(1, 1, 0), picture.sample(1, 1, 1), picture.sample(1, 1, 2)))
                .containsExactly(1, 2, 200);
        assertThatThrownBy(() -> data.limit(1).label(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "t-images-idx3-ubyte,t-labels-idx1-ubyte",
        "t-images-idx3-ubyte.gz,t-labels-idx1-ubyte.gz",
        "t-images-idx3-ubyte.gz,t-labels-idx1-ubyte",
        "t-images-idx3-ubyte,t-labels-idx1-ubyte.gz",
    })
    void readsIdx(String images, String labels) throws IOException {
        Path file = file(images, idx(images.endsWith(".gz"), 0x803, new int[] {2, 2, 3}, 12));
        file(labels, idx(labels.endsWith(".gz"), 0x801, new int[] {2}, 2));
        LabelledData data = LabelledData.open(file);
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.label(1)).isEqualTo(1);
        assertThat(Pictures.plane(data.picture(1), 0)).containsExactly(6, 7, 8, 9, 10, 11);
        assertThat(data.picture(0).width()).isEqualTo(3);
    }

    static Stream<Arguments> malformed() throws IOException {
        String images = "images-idx3-ubyte";
        String labels = "labels-idx1-ubyte";
        byte[] goodImages = idx(false, 0x803, new int[] {2, 2, 3}, 12);
        byte[] goodLabels = idx(false, 0x801, new int[] {2}, 2);
        byte[] zipped = idx(true, 0x803, new int[] {2, 2, 3}, 12);
        byte[] brokenZip = zipped.clone();
        brokenZip[3] = (byte) 0xff;
        byte[] wrongLabel = new byte[3073];
        wrongLabel[0] = 10;
        return Stream.of(
                Arguments.of("x.txt", text("x"), "", text(""), "not a data set"),
                Arguments.of("x.bin", text(""), "", text(""), "0 bytes are not a whole number of CIFAR-10 records"),
                Arguments.of("x.bin", new byte[3072], "", text(""), "is it truncated"),
                Arguments.of("x.bin", wrongLabel, "", text(""), "label 10 at offset 0"),
                Arguments.of(images, goodImages, "", text(""), "put them beside it as labels-idx1-ubyte"),
                Arguments.of("x-idx3-ubyte", goodImages, "x-idx1-ubytes", goodLabels, "labels are missing"),
                Arguments.of(images, text(""), labels, goodLabels, "truncated"),
                Arguments.of(images, goodLabels, labels, goodLabels, "starts with 0x00000801, not 0x00000803"),
                Arguments.of(images, Arrays.copyOf(goodImages, 27), labels, goodLabels, "truncated: 11 of 12 bytes"),
                Arguments.of(images, Arrays.copyOf(goodImages, 29), labels, goodLabels, "goes on after the 12 bytes"),
                Arguments.of(images, idx(false, 0x803, new int[] {-1, 2, 3}, 12), labels, goodLabels, "-1 pictures"),
                Arguments.of(images, idx(false, 0x803, new int[] {2, 0, 3}, 12), labels, goodLabels, "3×0"),
                Arguments.of(
                        images,
                        idx(false, 0x803, new int[] {1 << 30, 4096, 4096}, 12),
                        labels,
                        goodLabels,
                        "are not a data set that can be held"),
                Arguments.of(images, goodImages, labels, text(""), "labels-idx1-ubyte: truncated"),
                Arguments.of(images, goodImages, labels, Arrays.copyOf(goodLabels, 9), "truncated: 1 of 2"),
                Arguments.of(
                        images, goodImages, labels, idx(false, 0x801, new int[] {3}, 3), "3 labels for 2 pictures"),
                Arguments.of(images, Arrays.copyOf(zipped, zipped.length / 2), labels, goodLabels, "truncated"),
                Arguments.of(images, brokenZip, labels, goodLabels, images),
                Arguments.of("readme.md", text("x"), "", text(""), "FOLDER: has no labels.csv"),
                Arguments.of("labels.csv", text(""), "", text(""), "labels.csv:1: must be \"file,label\""),
                Arguments.of("labels.csv", text("a.png,1\n"), "", text(""), "labels.csv:1: must be"),
                Arguments.of("labels.csv", text("file,label\n"), "", text(""), "names no pictures"),
                Arguments.of("labels.csv", text("file,label\na.png\n"), "", text(""), "labels.csv:2: \"a.png\" is not"),
                Arguments.of(
                        "labels.csv", text("file,label\na.png,x\n"), "", text(""), "label \"x\" is not the number"),
                Arguments.of("labels.csv", text("file,label\na.png,-1\n"), "", text(""), "label \"-1\""),
                Arguments.of("labels.csv", text("file,label\na.png,99999999999\n"), "", text(""), "is not the number"),
                Arguments.of("labels.csv", text("file,label\na.png,1\n"), "", text(""), ":2: no such picture"),
                Arguments.of("labels.csv", text("file,label\na\0,1\n"), "", text(""), "not the name of a file"),
                Arguments.of("labels.csv", new byte[] {(byte) 0xff, (byte) 0xff}, "", text(""), "not UTF-8"));
    }

    @ParameterizedTest(name = "{index} {0}: {4}")
    @MethodSource("malformed")
    void refusesWithOneClearMessage(String name, byte[] bytes, String second, byte[] secondBytes, String message)
            throws IOException {
        Path file = file(name, bytes);
        if (!second.isEmpty()) {
            file(second, secondBytes);
        }
        boolean folderMeant = name.equals("labels.csv") || name.equals("readme.md");
        assertThatThrownBy(() -> LabelledData.open(folderMeant ? folder : file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(message.replace("FOLDER", folder.toString()));
    }

    @Test
    void refusesAPathThatDoesNotExist() {
        assertThatThrownBy(() -> LabelledData.open(folder.resolve("nothing")))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("no such file or folder");
    }

    @Test
    void namesTheDamagedPictureOfAFolder() throws IOException {
        Files.writeString(folder.resolve("a.png"), "damaged");
        Files.writeString(folder.resolve("labels.csv"), "file,label\na.png,1\n");
        LabelledData data = LabelledData.open(folder);
        assertThatThrownBy(() -> data.picture(0))
                .isInstanceOf(PictureException.class)
                .hasMessageContaining("a.png");
    }

    @Test
    void readsClassNames() throws IOException {
        assertThat(ClassNames.read(file("names.txt", text("\uFEFFtench\n goldfish \r\ngreat white shark\n\n"))))
                .containsExactly("tench", "goldfish", "great white shark");
        assertThatThrownBy(() -> ClassNames.read(file("gap.txt", text("a\n\nb\n"))))
                .hasMessageContaining("gap.txt:2:");
        assertThatThrownBy(() -> ClassNames.read(file("empty.txt", text(""))))
                .hasMessageContaining("has no class name");
        assertThatThrownBy(() -> ClassNames.read(folder.resolve("no.txt"))).hasMessageContaining("no such file");
    }

    @Test
    void opensTheEvaluationData() {
        LabelledData cifar = LabelledData.open(TestData.require("images/cifar10/test_0000-0499.bin"));
        assertThat(cifar.size()).isEqualTo(500);
        // The first test pictures of CIFAR-10 are a cat, a ship, a ship, an airplane, a frog.
        assertThat(List.of(cifar.label(0), cifar.label(1), cifar.label(2), cifar.label(3), cifar.label(4)))
                .containsExactly(3, 8, 8, 0, 6);
        LabelledData mnist = LabelledData.open(TestData.require("mnist/t10k_0000-4999-images-idx3-ubyte.gz"));
        assertThat(mnist.size()).isEqualTo(5000);
        assertThat(List.of(mnist.label(0), mnist.label(1), mnist.label(2))).containsExactly(7, 2, 1);
        LabelledData imagenet = LabelledData.open(TestData.require("images/imagenet"));
        assertThat(imagenet.size()).isEqualTo(500);
        assertThat(imagenet.label(499)).isEqualTo(998);
        assertThat(ClassNames.read(TestData.require("images/imagenet/classes.txt")))
                .hasSize(1000);
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** An IDX file whose bytes count up from 0. */
    private static byte[] idx(boolean zipped, int magic, int[] dimensions, int bytes) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        OutputStream target = zipped ? new GZIPOutputStream(file) : file;
        try (DataOutputStream out = new DataOutputStream(target)) {
            out.writeInt(magic);
            for (int dimension : dimensions) {
                out.writeInt(dimension);
            }
            for (int i = 0; i < bytes; i++) {
                out.writeByte(i);
            }
        }
        return file.toByteArray();
    }
}
