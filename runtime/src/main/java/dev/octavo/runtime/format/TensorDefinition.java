package dev.octavo.runtime.format;

import dev.octavo.kernels.ElementType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One tensor of a model.
 *
 * @param shape for batch 1, in the order of the ONNX format: [N, C, H, W] for feature maps
 * @param scale real = scale · q; 1 for float tensors
 * @param zeroCodes the codes that stand for the real value 0, which pads images: one byte, or one per channel. It is the
 *     byte 0 but for inputs that are pictures, whose normalisation lives in the first convolution. Empty for float tensors
 * @param constant the elements in the order of the dimensions if the model fixes them, or null
 */
public record TensorDefinition(
        String name,
        ElementType type,
        int[] shape,
        float scale,
        byte[] zeroCodes,
        @Nullable MemorySegment constant) {
    /** Copies the arrays. */
    public TensorDefinition {
        shape = shape.clone();
        zeroCodes = zeroCodes.clone();
    }

    /** A float tensor that the model computes. */
    public static TensorDefinition ofFloat(String name, int... shape) {
        return new TensorDefinition(name, ElementType.FLOAT32, shape, 1, new byte[0], null);
    }

    /** A quantized tensor that the model computes, with zero point 0. */
    public static TensorDefinition ofQuantized(String name, ElementType type, float scale, int... shape) {
        return new TensorDefinition(name, type, shape, scale, new byte[1], null);
    }

    /** The same tensor with other elements of the same size. */
    public TensorDefinition withType(ElementType newType) {
        return new TensorDefinition(name, newType, shape, scale, zeroCodes, constant);
    }

    /**
     * Whether this is, as an input of a model, a picture whose codes are its pixels: {@link ElementType#UINT8} of rank 4
     * and scale 1. Callers supply it as interleaved bytes [N, H, W, C], or as the float tensor [N, C, H, W] that the
     * original network expects, which becomes the codes {@code clamp(rne(x · std + mean), 0, 255)} of {@link
     * ModelMetadata.Preprocessing}, with mean 0 and std 1 where those are unknown.
     */
    public boolean picture() {
        return type == ElementType.UINT8 && shape.length == 4 && scale == 1;
    }

    @Override
    public int[] shape() {
        return shape.clone();
    }

    @Override
    public byte[] zeroCodes() {
        return zeroCodes.clone();
    }
}
