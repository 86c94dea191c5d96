package dev.octavo.tools.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.format.ModelMetadata.ChannelOrder;
import dev.octavo.runtime.format.ModelMetadata.Fit;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Pictures;
import dev.octavo.tools.vision.Preprocessing;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SegmentationTest {
    private static final PictureInput INPUT = new PictureInput(ElementType.FLOAT32, 8, 8, 3);
    private static final Picture PICTURE = Pictures.noise(16, 8, 3, 1);

    /** The left half of the picture is class 2, the right half class 1; below it lies padding. */
    @Test
    void readsClassesOfALetterboxedPictureInBothOrders() {
        int size = 8;
        float[] first = new float[3 * size * size];
        float[] last = new float[3 * size * size];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int label = y >= size / 2 ? 0 : x < size / 2 ? 2 : 1;
                first[(label * size + y) * size + x] = 5;
                last[(y * size + x) * 3 + label] = 5;
            }
        }
        for (ModelOutput output : new ModelOutput[] {
            ModelOutput.of("first", first, 1, 3, size, size), ModelOutput.of("last", last, 1, size, size, 3)
        }) {
            Mask mask = mask(output);
            assertThat(mask.label(0, 0)).isEqualTo(2);
            assertThat(mask.label(6, 6)).isEqualTo(2);
            assertThat(mask.label(9, 0)).isEqualTo(1);
            assertThat(mask.label(15, 6)).isEqualTo(1);
        }
    }

    @Test
    void readsForegroundAsProbabilityOrLogit() {
        for (float[] halves : new float[][] {{0.4f, 0.7f}, {-0.3f, 0.2f}}) {
            float[] values = new float[16];
            for (int i = 0; i < 16; i++) {
                values[i] = halves[i % 4 / 2];
            }
            Mask mask = mask(ModelOutput.of("mask", values, 1, 1, 4, 4));
            assertThat(mask.label(1, 1)).isZero();
            assertThat(mask.label(14, 1)).isEqualTo(1);
        }
    }

    @Test
    void takesClassesAsTheyAre() {
        Mask mask = mask(ModelOutput.of("mask", new float[] {0, 7, 15, 3}, 1, 2, 2));
        assertThat(mask.label(1, 1)).isZero();
        assertThat(mask.label(14, 1)).isEqualTo(7);
    }

    @Test
    void refusesVectors() {
        assertThatThrownBy(() -> mask(ModelOutput.of("logits", new float[10], 1, 10)))
                .hasMessageContaining("logits");
    }

    private static Mask mask(ModelOutput output) {
        Preprocessing preprocessing = new Preprocessing(
                List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), 1, ChannelOrder.RGB, Fit.LETTERBOX_TOP_LEFT, List.of());
        return Segmentation.of(List.of(output))
                .mask(PICTURE, INPUT, preprocessing.placement(PICTURE.width(), PICTURE.height(), 8, 8));
    }
}
