package dev.octavo.tools.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.runtime.format.ModelMetadata.ChannelOrder;
import dev.octavo.runtime.format.ModelMetadata.Fit;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PreprocessingTest {
    private static final Preprocessing PLAIN = Preprocessing.none(3);

    @Test
    void normalisesIntoPlanes() {
        Preprocessing preprocessing = new Preprocessing(List.of(10.0, 20.0, 30.0), List.of(2.0, 4.0, 5.0), 1);
        float[] planes = floats(preprocessing, Picture.of(2, 1, 3, new byte[] {12, 24, 35, 10, 20, (byte) 255}), 2, 1);
        assertThat(planes).containsExactly(1, 0, 1, 0, 1, 45);
    }

    @Test
    void reordersChannels() {
        Preprocessing bgr = new Preprocessing(
                List.of(1.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), 1, ChannelOrder.BGR, Fit.CROP, List.of(0.0));
        Picture picture = Picture.of(1, 2, 3, new byte[] {1, 2, 3, 4, 5, 6});
        assertThat(floats(bgr, picture, 1, 2)).containsExactly(2, 5, 2, 5, 1, 4);
        assertThat(bytes(bgr, picture, 1, 2)).containsExactly(3, 2, 1, 6, 5, 4);
        assertThat(bytes(PLAIN, picture, 1, 2)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void convertsBetweenGreyAndColour() {
        Picture grey = Picture.of(1, 1, 1, new byte[] {77});
        assertThat(bytes(PLAIN, grey, 1, 1)).containsExactly(77, 77, 77);
        Picture colour = Picture.of(1, 1, 3, new byte[] {100, 50, 20});
        // 0.299·100 + 0.587·50 + 0.114·20 = 61.53
        assertThat(bytes(Preprocessing.none(1), colour, 1, 1)).containsExactly(62);
    }

    @ParameterizedTest
    @CsvSource({
        // Of 100×80 the largest square is 80×80; 87.5 % of it is 70×70.
        "100,80,1.0,80,80,10,0,80,80",
        "100,80,0.875,70,70,15,5,70,70",
        "100,80,1.0,50,25,0,15,100,50",
        "3,3,0.01,1,1,1,1,1,1",
    })
    void cropsTheCentre(
            int width,
            int height,
            double crop,
            int toWidth,
            int toHeight,
            int x,
            int y,
            int cropWidth,
            int cropHeight) {
        Picture picture = Pictures.noise(width, height, 3, 7);
        Preprocessing preprocessing = new Preprocessing(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), crop);
        Picture expected = Resize.triangle(picture.crop(x, y, cropWidth, cropHeight), toWidth, toHeight);
        assertThat(preprocessing.fit(picture, toWidth, toHeight).array()).isEqualTo(expected.array());
    }

    @ParameterizedTest
    @EnumSource(Fit.class)
    void placementsHaveAnInverse(Fit fit) {
        Preprocessing preprocessing = fitted(fit, List.of());
        for (int[] size : new int[][] {{100, 80}, {31, 97}, {64, 64}, {1, 5}}) {
            Placement placement = preprocessing.placement(size[0], size[1], 64, 48);
            for (double x = 0; x <= size[0]; x += size[0] / 3.0) {
                assertThat(placement.pictureX(placement.inputX(x))).isCloseTo(x, within(1e-9));
            }
            for (double y = 0; y <= size[1]; y += size[1] / 3.0) {
                assertThat(placement.pictureY(placement.inputY(y))).isCloseTo(y, within(1e-9));
            }
            assertThat(placement.left() + placement.fittedWidth()).isLessThanOrEqualTo(64);
            assertThat(placement.top() + placement.fittedHeight()).isLessThanOrEqualTo(48);
        }
    }

    @Test
    void surroundsLetterboxesWithTheFillColour() {
        Picture picture = Picture.of(2, 1, 3, new byte[] {1, 2, 3, 4, 5, 6});
        Picture below = fitted(Fit.LETTERBOX_TOP_LEFT, List.of(9.0, 8.0, 7.0)).fit(picture, 2, 2);
        assertThat(below.array()).containsExactly(1, 2, 3, 4, 5, 6, 9, 8, 7, 9, 8, 7);
        Picture around = fitted(Fit.LETTERBOX, List.of(200.4)).fit(picture, 2, 3);
        assertThat(around.sample(0, 0, 1)).isEqualTo(200);
        assertThat(around.sample(1, 1, 2)).isEqualTo(6);
        assertThat(around.sample(1, 2, 0)).isEqualTo(200);
    }

    @Test
    void stretchesAllOfThePicture() {
        Picture picture = Pictures.noise(40, 20, 3, 3);
        assertThat(fitted(Fit.STRETCH, List.of()).fit(picture, 8, 9).array())
                .isEqualTo(Resize.triangle(picture, 8, 9).array());
    }

    @Test
    void showsLumaInEveryChannel() {
        Preprocessing grey = new Preprocessing(
                List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), 1, ChannelOrder.GREY, Fit.CROP, List.of());
        assertThat(bytes(grey, Picture.of(1, 1, 3, new byte[] {100, 50, 20}), 1, 1))
                .containsExactly(62, 62, 62);
    }

    private static Preprocessing fitted(Fit fit, List<Double> fill) {
        return new Preprocessing(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), 1, ChannelOrder.RGB, fit, fill);
    }

    @Test
    void writesAtTheGivenOffset() {
        float[] target = new float[7];
        PLAIN.toFloats(Picture.of(1, 1, 3, new byte[] {1, 2, 3}), 1, 1, MemorySegment.ofArray(target), 8);
        assertThat(target).containsExactly(0, 0, 1, 2, 3, 0, 0);
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new Preprocessing(List.of(0.0), List.of(0.0), 1))
                .hasMessageContaining("std positive");
        assertThatThrownBy(() -> new Preprocessing(List.of(0.0), List.of(1.0), 0))
                .hasMessageContaining("crop");
        assertThatThrownBy(() -> new Preprocessing(List.of(0.0, 0.0), List.of(1.0, 1.0), 1))
                .hasMessageContaining("one or three");
        assertThatThrownBy(() -> new Preprocessing(List.of(Double.NaN), List.of(1.0), 1))
                .hasMessageContaining("finite");
    }

    private static float[] floats(Preprocessing preprocessing, Picture picture, int width, int height) {
        float[] target = new float[preprocessing.channels() * width * height];
        preprocessing.toFloats(picture, width, height, MemorySegment.ofArray(target), 0);
        return target;
    }

    private static byte[] bytes(Preprocessing preprocessing, Picture picture, int width, int height) {
        byte[] target = new byte[preprocessing.channels() * width * height];
        preprocessing.toBytes(picture, width, height, MemorySegment.ofArray(target), 0);
        return target;
    }
}
