package dev.octavo.runtime.format;

import dev.octavo.kernels.ElementType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One tensor of a model.
 *
 * @param shape for batch 1, in the order of the ONNX format: [N, C, H, W] for feature maps
 * @param scale real = scale · (q − zero code); 1 for float tensors
 * @param zeroCodes the codes that stand for the real value 0, which pads images: one byte, or one per channel of an input
 *     that is a picture, whose normalisation lives in the first convolution. Other than 0 for uint8 alone: a tensor with a
 *     small negative minimum has its code of 0 above 0, and what convolutions compute from that code is taken out of their
 *     biases. Empty for float tensors
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

    /** Returns a float tensor that the model computes. */
    public static TensorDefinition ofFloat(String name, int... shape) {
        return new TensorDefinition(name, ElementType.FLOAT32, shape, 1, new byte[0], null);
    }

    /** Returns a quantized tensor that the model computes, with zero point 0. */
    public static TensorDefinition ofQuantized(String name, ElementType type, float scale, int... shape) {
        return new TensorDefinition(name, type, shape, scale, new byte[1], null);
    }

    /**
     * Returns a uint8 tensor that the model computes.
     *
     * @param zero the code of the real value 0, in [0, 255]
     */
    public static TensorDefinition ofOffset(String name, float scale, int zero, int... shape) {
        if (zero < 0 || zero > 255) {
            throw new IllegalArgumentException("the code of 0 must lie in [0, 255] and not be " + zero);
        }
        return new TensorDefinition(name, ElementType.UINT8, shape, scale, new byte[] {(byte) zero}, null);
    }

    /**
     * Returns the code of the real value 0, in [0, 255], where all elements have one; 0 for float tensors, and where channels
     * have codes of their own.
     */
    public int zeroCode() {
        return zeroCodes.length != 1 ? 0 : Byte.toUnsignedInt(zeroCodes[0]);
    }

    /** Returns this tensor with elements of another type of the same size. */
    public TensorDefinition withType(ElementType newType) {
        return new TensorDefinition(name, newType, shape, scale, zeroCodes, constant);
    }

    /**
     * Returns whether this is, as an input of a model, a picture whose codes are its pixels: {@link ElementType#UINT8} of rank 4
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
