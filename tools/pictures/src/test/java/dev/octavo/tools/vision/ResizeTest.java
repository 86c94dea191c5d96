package dev.octavo.tools.vision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResizeTest {
    /** Expected values from a dense double-precision product with the two filter matrices, made outside this project. */
    @Test
    void agreesWithTheDefinition() {
        Picture picture = Pictures.pattern(7, 5, 3);
        assertThat(Pictures.plane(Resize.triangle(picture, 3, 2), 0)).containsExactly(108, 134, 131, 117, 126, 106);
        assertThat(Pictures.plane(Resize.triangle(picture, 4, 3), 0))
                .containsExactly(61, 126, 124, 158, 149, 134, 132, 118, 102, 111, 114, 91);
        assertThat(Pictures.plane(Resize.triangle(picture, 9, 8), 0))
                .startsWith(0, 25, 53, 82, 111, 140, 169, 197, 222, 40, 68, 100, 133, 165, 111, 118, 151, 179)
                .endsWith(93, 153, 125, 79, 75, 125, 108, 162, 111, 32, 95, 158, 79, 28, 82);
    }

    @ParameterizedTest
    @CsvSource({"1,1,5,4", "9,4,1,1", "31,17,8,8", "8,8,31,17", "640,2,3,300"})
    void keepsAConstantPictureConstant(int width, int height, int toWidth, int toHeight) {
        for (int value : new int[] {0, 1, 127, 254, 255}) {
            Picture resized = Resize.triangle(Pictures.constant(width, height, 3, value), toWidth, toHeight);
            assertThat(Pictures.plane(resized, 1)).hasSize(toWidth * toHeight).containsOnly(value);
        }
    }

    @Test
    void keepsThePictureOfTheSameSize() {
        Picture picture = Pictures.noise(13, 9, 3, 1);
        assertThat(Resize.triangle(picture, 13, 9)).isSameAs(picture);
    }

    @Test
    void commutesWithMirroring() {
        Picture picture = Pictures.noise(53, 37, 1, 2);
        int[] expected = Pictures.plane(mirror(Resize.triangle(picture, 20, 11)), 0);
        int[] plane = Pictures.plane(Resize.triangle(mirror(picture), 20, 11), 0);
        for (int i = 0; i < plane.length; i++) {
            // Sums in the other order may fall on the other side of a tie.
            assertThat(plane[i]).isBetween(expected[i] - 1, expected[i] + 1);
        }
    }

    @Test
    void treatsChannelsAlike() {
        Picture grey = Pictures.noise(41, 29, 1, 3);
        Picture colour = Resize.triangle(grey.withChannels(3), 17, 19);
        Picture expected = Resize.triangle(grey, 17, 19);
        for (int c = 0; c < 3; c++) {
            assertThat(Pictures.plane(colour, c)).isEqualTo(Pictures.plane(expected, 0));
        }
    }

    @Test
    void keepsTheMeanOfNoiseWhenShrinking() {
        Picture shrunk = Resize.triangle(Pictures.noise(400, 400, 1, 4), 10, 10);
        for (int p : Pictures.plane(shrunk, 0)) {
            assertThat(p).isBetween(115, 140);
        }
    }

    private static Picture mirror(Picture picture) {
        byte[] samples = new byte[picture.width() * picture.height()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) picture.sample(picture.width() - 1 - i % picture.width(), i / picture.width(), 0);
        }
        return Picture.owning(picture.width(), picture.height(), 1, samples);
    }
}
