package dev.octavo.tools.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.tools.tasks.Box;
import dev.octavo.tools.vision.Pictures;
import dev.octavo.tools.vision.PngWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same two objects in every format. */
final class LabelledBoxesTest {
    private static final Box CAT = new Box(2, 3, 12, 13);
    private static final Box DOG = new Box(10, 5, 40, 25);

    @TempDir
    private Path folder;

    @BeforeEach
    void createPicture() throws IOException {
        Files.createDirectory(folder.resolve("images"));
        PngWriter.write(Pictures.ramp(50, 40, 3), folder.resolve("images/a,b.png"));
        Files.writeString(folder.resolve("classes.txt"), "cat\ndog\n");
    }

    @Test
    void readsLines() throws IOException {
        write("boxes.csv", "file,class,x1,y1,x2,y2\na,b.png,0,2,3,12,13\n\"a,b.png\",1,10,5,40,25\n");
        expectBoth(LabelledBoxes.open(folder), false);
    }

    @Test
    void readsYoloLabels() throws IOException {
        write("labels/a,b.txt", "0 0.14 0.2 0.2 0.25\n1 0.5 0.375 0.6 0.5\n");
        expectBoth(LabelledBoxes.open(folder), false);
    }

    @Test
    void readsVocAnnotations() throws IOException {
        write(
                "Annotations/a.xml",
                "<annotation><filename>a,b.png</filename>" + object("cat", 3, 4, 12, 13, 0)
                        + object("dog", 11, 6, 40, 25, 1) + "</annotation>");
        expectBoth(LabelledBoxes.open(folder), true);
    }

    private static String object(String name, int left, int top, int right, int bottom, int difficult) {
        return "<object><name>" + name + "</name><difficult>" + difficult + "</difficult><bndbox><xmin>" + left
                + "</xmin><ymin>" + top + "</ymin><xmax>" + right + "</xmax><ymax>" + bottom
                + "</ymax></bndbox></object>";
    }

    @Test
    void readsCocoAnnotations() throws IOException {
        write("instances.json", """
            {"info": {"a": [1, {}]},
             "annotations": [
              {"id": 1, "image_id": 7, "category_id": 17, "bbox": [2, 3, 10, 10], "segmentation": [[1, 2]]},
              {"id": 2, "image_id": 7, "category_id": 18, "bbox": [10, 5, 30, 20.0], "iscrowd": 1}],
             "images": [{"id": 7, "file_name": "a,b.png", "width": 50}],
             "categories": [{"id": 18, "name": "dog"}, {"id": 17, "name": "cat"}]}
            """);
        expectBoth(LabelledBoxes.open(folder), true);
        expectBoth(LabelledBoxes.open(folder.resolve("instances.json")), true);
    }

    private static void expectBoth(LabelledBoxes data, boolean dogIgnored) {
        assertThat(data.classes()).containsExactly("cat", "dog");
        assertThat(data.pictures()).hasSize(1);
        List<LabelledBoxes.Labelled> objects = data.pictures().getFirst().objects();
        assertThat(objects).extracting(LabelledBoxes.Labelled::label).containsExactly(0, 1);
        assertThat(objects).extracting(LabelledBoxes.Labelled::ignored).containsExactly(false, dogIgnored);
        assertThat(objects.get(0).box().overlap(CAT)).isCloseTo(1, within(1e-9));
        assertThat(objects.get(1).box().overlap(DOG)).isCloseTo(1, within(1e-9));
        assertThat(data.pictures().getFirst().read().width()).isEqualTo(50);
    }

    @Test
    void namesThePlaceOfMistakes() throws IOException {
        assertThatThrownBy(() -> LabelledBoxes.open(folder)).hasMessageContaining("boxes.csv");
        write("boxes.csv", "file,class,x1,y1,x2,y2\na,b.png,x,2,3,12,13\n");
        assertThatThrownBy(() -> LabelledBoxes.open(folder)).hasMessageContaining("boxes.csv:2");
        write("boxes.csv", "file,class,x1,y1,x2,y2\na,b.png,0,2,3,12,NaN\n");
        assertThatThrownBy(() -> LabelledBoxes.open(folder)).hasMessageContaining("\"NaN\" is not a number");
        write("boxes.csv", "file,class,x1,y1,x2,y2\nno.png,0,2,3,12,13\n");
        assertThatThrownBy(() -> LabelledBoxes.open(folder)).hasMessageContaining("no such picture");
        Path json = write("x.json", "[1, 2");
        assertThatThrownBy(() -> LabelledBoxes.open(json)).hasMessageContaining("x.json");
        Path hostile = write("y.json", "{\"a\":".repeat(5000));
        assertThatThrownBy(() -> LabelledBoxes.open(hostile)).isInstanceOf(DataException.class);
    }

    @Test
    void refusesDocumentTypesInXml() throws IOException {
        write(
                "Annotations/a.xml",
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><annotation>&x;</annotation>");
        assertThatThrownBy(() -> LabelledBoxes.open(folder)).hasMessageContaining("a.xml");
    }

    @Test
    void readsArraysOfNumPy() throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n";
        ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        bytes.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        bytes.putFloat(0.5f).putFloat(-3);
        Path file = folder.resolve("anchors.npy");
        Files.write(file, bytes.array());
        assertThat(NpyFile.read(file)).containsExactly(0.5f, -3f);
        Files.write(file, Arrays.copyOf(bytes.array(), 30));
        assertThatThrownBy(() -> NpyFile.read(file)).hasMessageContaining("cut off");
        Files.writeString(file, header);
        assertThatThrownBy(() -> NpyFile.read(file)).hasMessageContaining("not a .npy file");
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }
}
