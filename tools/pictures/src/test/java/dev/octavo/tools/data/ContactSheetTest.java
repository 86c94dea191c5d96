package dev.octavo.tools.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.tools.data.ContactSheet.Cell;
import dev.octavo.tools.data.ContactSheet.Verdict;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureException;
import dev.octavo.tools.vision.PictureReader;
import dev.octavo.tools.vision.Pictures;
import dev.octavo.tools.vision.PngWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContactSheetTest {
    @TempDir
    Path folder;

    @Test
    void framesSayRightAndWrong() {
        Picture blue = Picture.of(1, 1, 3, new byte[] {0, 0, (byte) 255});
        Picture sheet = ContactSheet.draw(
                "", List.of(new Cell(blue, List.of(), Verdict.RIGHT), new Cell(blue, List.of(), Verdict.WRONG)), 2, 10);
        assertThat(colour(sheet, 13, 13)).isEqualTo(0x2e9e4f);
        assertThat(colour(sheet, 15, 15)).isEqualTo(0x0000ff);
        assertThat(colour(sheet, 24, 24)).isEqualTo(0x0000ff);
        assertThat(colour(sheet, 25, 25)).isEqualTo(0x2e9e4f);
        assertThat(colour(sheet, 13 + 28, 13)).isEqualTo(0xd03030);
        assertThat(colour(sheet, 0, 0)).isEqualTo(0xffffff);
    }

    @Test
    void writesAPngThatReadsBack() {
        Picture picture = Pictures.ramp(64, 40, 3);
        List<Cell> cells = IntStream.range(0, 7)
                .mapToObj(i -> new Cell(
                        i == 3 ? picture.withChannels(1) : picture,
                        List.of("class " + i, "a caption that is much too long"),
                        i % 2 == 0 ? Verdict.RIGHT : Verdict.WRONG))
                .toList();
        Path file = folder.resolve("sheet.png");
        ContactSheet.write(file, "A title that is wider than one cell", cells, 3, 50);
        Picture expected = ContactSheet.draw("A title that is wider than one cell", cells, 3, 50);
        assertThat(Pictures.distance(PictureReader.read(file), expected)).isZero();
    }

    @Test
    void refusesAnEmptySheetAndAnUnwritableFile() {
        assertThatThrownBy(() -> ContactSheet.draw("", List.of(), 1, 1)).isInstanceOf(IllegalArgumentException.class);
        Path nowhere = folder.resolve("no/such/folder/x.png");
        assertThatThrownBy(() -> PngWriter.write(Pictures.constant(1, 1, 1, 0), nowhere))
                .isInstanceOf(PictureException.class)
                .hasMessageContaining("x.png: cannot be written");
    }

    private static int colour(Picture picture, int x, int y) {
        return picture.sample(x, y, 0) << 16 | picture.sample(x, y, 1) << 8 | picture.sample(x, y, 2);
    }
}
