package dev.octavo.tools.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DrawnPicturesTest {
    @ParameterizedTest
    @EnumSource(PictureFamily.class)
    void samplesAreWholeNumbersOfAByteAndDependOnSeedAndIndexAlone(PictureFamily family) {
        for (int[] size : new int[][] {{24, 40, 3}, {1, 1, 1}, {7, 5, 4}}) {
            DrawnPictures pictures = DrawnPictures.of(List.of(family), 3, size[0], size[1], size[2]);
            float[] first = pictures.picture(0);
            assertThat(first).hasSize(size[0] * size[1] * size[2]);
            for (float sample : first) {
                assertThat(sample).isBetween(0f, 255f).isEqualTo((float) Math.rint(sample));
            }
            float[] later = pictures.picture(5);
            assertThat(pictures.picture(0)).isEqualTo(first);
            assertThat(DrawnPictures.of(List.of(family), 3, size[0], size[1], size[2])
                            .picture(5))
                    .isEqualTo(later);
        }
        assertThat(DrawnPictures.of(List.of(family), 3, 24, 40, 3).picture(0))
                .isNotEqualTo(DrawnPictures.of(List.of(family), 4, 24, 40, 3).picture(0));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4", "5", "6", "7"})
    void picturesHaveStructure(int index) {
        float[] picture = DrawnPictures.of(1, 64, 64, 3).picture(index);
        double mean = mean(picture);
        double variance = 0;
        double neighbours = 0;
        for (int i = 0; i + 3 < picture.length; i++) {
            variance += (picture[i] - mean) * (picture[i] - mean);
            neighbours += (picture[i] - mean) * (picture[i + 3] - mean);
        }
        assertThat(Math.sqrt(variance / picture.length)).isGreaterThan(8);
        // A checkerboard of single pixels is what is least like a photograph.
        assertThat(Math.abs(neighbours / variance)).isGreaterThan(0.2);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    @Test
    void someAreGrey() {
        DrawnPictures pictures = DrawnPictures.of(1, 16, 16, 3);
        float[] grey = pictures.picture(3);
        float[] coloured = pictures.picture(0);
        assertThat(grey[0]).isEqualTo(grey[1]).isEqualTo(grey[2]);
        boolean colour = false;
        for (int i = 0; i < coloured.length; i += 3) {
            colour |= coloured[i] != coloured[i + 1];
        }
        assertThat(colour).isTrue();
    }

    @ParameterizedTest
    @EnumSource(InputKind.class)
    void inputsOfEveryKindStayInTheirRangeAndFillMuchOfIt(InputKind kind) {
        for (int[] size : new int[][] {{49, 10, 1}, {1, 1000, 2}, {1, 1, 16}}) {
            DrawnInputs inputs = DrawnInputs.of(kind, 7, -3, 5, size[0], size[1], size[2]);
            double least = 5;
            double most = -3;
            for (int i = 0; i < 12; i++) {
                float[] input = inputs.input(i);
                assertThat(input).hasSize(size[0] * size[1] * size[2]).isEqualTo(inputs.input(i));
                least = Math.min(least, smallest(input));
                most = Math.max(most, -smallest(negated(input)));
            }
            assertThat(least).isBetween(-3.0, 1.5);
            assertThat(most).isBetween(1.5, 5.0);
            assertThat(most - least).isGreaterThan(1.5);
        }
    }

    private static double smallest(float[] values) {
        double least = Double.POSITIVE_INFINITY;
        for (float value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    private static float[] negated(float[] values) {
        float[] negated = values.clone();
        for (int i = 0; i < negated.length; i++) {
            negated[i] = -negated[i];
        }
        return negated;
    }

    @Test
    void refusesWhatCannotBeDrawn() {
        assertThatThrownBy(() -> DrawnPictures.of(List.of(), 1, 2, 2, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DrawnInputs.of(InputKind.ANY, 1, 1, 1, 2, 2, 3))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
