package dev.octavo.tools.tasks;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.TensorSpec;

/**
 * The form in which a model takes one picture.
 *
 * @param type {@link ElementType#UINT8}, which is [1, height, width, channels], or {@link ElementType#FLOAT32}, which is
 *     [1, channels, height, width]
 * @param channels 1 or 3
 */
public record PictureInput(ElementType type, int width, int height, int channels) {
    /**
     * Of a model.
     *
     * @throws IllegalArgumentException if it takes something else
     */
    public static PictureInput of(Model model) {
        if (model.inputs().size() == 1) {
            TensorSpec input = model.inputs().getFirst();
            int[] shape = input.shape(1);
            if (shape.length == 4 && shape[0] == 1) {
                int channels = input.picture() ? shape[3] : shape[1];
                if (channels == 1 || channels == 3) {
                    return input.picture()
                            ? new PictureInput(ElementType.UINT8, shape[2], shape[1], channels)
                            : new PictureInput(ElementType.FLOAT32, shape[3], shape[2], channels);
                }
            }
        }
        throw new IllegalArgumentException(
                model.name() + " does not take a picture of 1 or 3 channels as its only input,"
                        + " [N, C, H, W] in float or [N, H, W, C] in bytes, but " + model.inputs());
    }

    /** The shape of the tensor. */
    public int[] shape() {
        return type == ElementType.UINT8
                ? new int[] {1, height, width, channels}
                : new int[] {1, channels, height, width};
    }
}
