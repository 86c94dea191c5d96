package dev.octavo.tools.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CanvasTest {
    @Test
    void everyPrintableCharacterHasItsOwnShape() {
        List<String> shapes = IntStream.rangeClosed(' ', 0x7f)
                .mapToObj(c -> IntStream.range(0, BitmapFont.ADVANCE * BitmapFont.HEIGHT)
                        .mapToObj(i ->
                                BitmapFont.ink((char) c, i % BitmapFont.ADVANCE, i / BitmapFont.ADVANCE) ? "#" : ".")
                        .reduce("", String::concat))
                .toList();
        assertThat(shapes).doesNotHaveDuplicates().hasSize(96);
        assertThat(shapes.subList(1, 96)).allMatch(shape -> shape.contains("#"));
        assertThat(BitmapFont.ink('é', 0, 0)).isTrue();
    }

    @Test
    void clipsWhatLiesOutside() {
        Canvas canvas = new Canvas(4, 3, 0x102030);
        canvas.draw(Pictures.noise(9, 9, 3, 1), -10, -10);
        canvas.outline(-5, -5, 20, 20, 1, 0xffffff);
        canvas.text("x", 4, 0, 3, 0xffffff);
        assertThat(Pictures.plane(canvas.picture(), 2)).containsOnly(0x30);
    }

    @Test
    void drawsPartsOfPictures() {
        Picture picture = Pictures.noise(5, 4, 3, 2);
        Canvas canvas = new Canvas(6, 6, 0);
        canvas.draw(picture, -2, 3);
        assertThat(canvas.picture().sample(0, 3, 1)).isEqualTo(picture.sample(2, 0, 1));
        assertThat(canvas.picture().sample(2, 5, 1)).isEqualTo(picture.sample(4, 2, 1));
        assertThat(canvas.picture().sample(3, 5, 1)).isZero();
    }

    @Test
    void blendsColours() {
        Canvas canvas = Canvas.on(Picture.of(2, 1, 1, new byte[] {100, (byte) 200}));
        canvas.blend(0, 0, 1, 1, 0x0000c8, 0.5);
        assertThat(Pictures.plane(canvas.picture(), 0)).containsExactly(50, 200);
        assertThat(Pictures.plane(canvas.picture(), 2)).containsExactly(150, 200);
    }
}
