package dev.octavo.kernels;

import java.util.Arrays;

/**
 * Where a tensor, or a part of one, lies in a plan's memory.
 *
 * <p>Dimensions are in the order of the ONNX format: pictures and feature maps are [N, C, H, W]. The order in memory is
 * given by the strides alone; feature maps lie in NHWC order, so that their channel stride is one element. A stride of 0
 * repeats an element along a dimension (broadcasting); only inputs may have one.
 *
 * <p>Convolutions see no padding: their input view includes the halo of pad values that memory holds around the image.
 */
public final class TensorView {
    private final ElementType type;
    private final long offset;
    private final int[] shape;
    private final long[] strides;

    private TensorView(ElementType type, long offset, int[] shape, long[] strides) {
        if (shape.length != strides.length) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " and strides " + Arrays.toString(strides) + " differ in rank");
        }
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] < 1) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has an empty dimension");
            }
            if (strides[d] % type.bytes() != 0) {
                throw new IllegalArgumentException("stride " + strides[d] + " splits elements of " + type);
            }
        }
        this.type = type;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
    }

    /**
     * Returns a view with the given strides.
     *
     * @param offset of the first element, in bytes from the start of memory
     * @param strides in bytes
     */
    public static TensorView of(ElementType type, long offset, int[] shape, long[] strides) {
        return new TensorView(type, offset, shape.clone(), strides.clone());
    }

    /** Returns a view of elements that lie in the order of the dimensions, without gaps. */
    public static TensorView contiguous(ElementType type, long offset, int... shape) {
        long[] strides = new long[shape.length];
        long stride = type.bytes();
        for (int d = shape.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= shape[d];
        }
        return new TensorView(type, offset, shape.clone(), strides);
    }

    /** Returns a feature map [n, channels, height, width] in NHWC order without gaps. */
    public static TensorView nhwc(ElementType type, long offset, int n, int channels, int height, int width) {
        long pixel = (long) type.bytes() * channels;
        long[] strides = {pixel * width * height, type.bytes(), pixel * width, pixel};
        return new TensorView(type, offset, new int[] {n, channels, height, width}, strides);
    }

    /** Returns the type of the elements. */
    public ElementType type() {
        return type;
    }

    /** Returns the position of the first element, in bytes from the start of memory. */
    public long offset() {
        return offset;
    }

    /** Returns the number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** Returns the extent of a dimension, from 0. */
    public int size(int dimension) {
        return shape[dimension];
    }

    /** Returns the distance in bytes between neighbours along a dimension. */
    public long stride(int dimension) {
        return strides[dimension];
    }

    /** Returns all extents. */
    public int[] shape() {
        return shape.clone();
    }

    /** Returns all strides, in bytes. */
    public long[] strides() {
        return strides.clone();
    }

    /** Returns the product of all extents. */
    public long elements() {
        long elements = 1;
        for (int size : shape) {
            elements *= size;
        }
        return elements;
    }

    /** Returns N of a feature map [N, C, H, W]: images. */
    public int batch() {
        return featureMap().shape[0];
    }

    /** Returns C of a feature map [N, C, H, W]: channels. */
    public int channels() {
        return featureMap().shape[1];
    }

    /** Returns H of a feature map [N, C, H, W]: rows. */
    public int height() {
        return featureMap().shape[2];
    }

    /** Returns W of a feature map [N, C, H, W]: columns. */
    public int width() {
        return featureMap().shape[3];
    }

    /** Bytes from one image of a feature map to the next. */
    public long imageStride() {
        return featureMap().strides[0];
    }

    /** Bytes from one row of a feature map to the next. */
    public long rowStride() {
        return featureMap().strides[2];
    }

    /** Bytes from one pixel of a feature map to the next. */
    public long pixelStride() {
        return featureMap().strides[3];
    }

    /** Returns whether this is a feature map: rank 4 with channels next to each other. */
    public boolean isFeatureMap() {
        return shape.length == 4 && (strides[1] == type.bytes() || shape[1] == 1);
    }

    /** Returns whether the elements lie in the order of the dimensions, without gaps. */
    public boolean isContiguous() {
        long stride = type.bytes();
        for (int d = shape.length - 1; d >= 0; d--) {
            if (shape[d] != 1 && strides[d] != stride) {
                return false;
            }
            stride *= shape[d];
        }
        return true;
    }

    /**
     * Returns the part of this view that begins at the given indices.
     *
     * @param start index per dimension; may be negative where memory before the view belongs to it, such as a halo
     * @param newShape extent per dimension
     */
    public TensorView window(int[] start, int[] newShape) {
        long at = offset;
        for (int d = 0; d < shape.length; d++) {
            at += start[d] * strides[d];
        }
        return new TensorView(type, at, newShape.clone(), strides);
    }

    /** This feature map together with the pixels around it. */
    public TensorView grown(int top, int left, int bottom, int right) {
        featureMap();
        return window(
                new int[] {0, 0, -top, -left},
                new int[] {shape[0], shape[1], shape[2] + top + bottom, shape[3] + left + right});
    }

    /** Returns a view of this memory with its dimensions in another order: dimension {@code d} is this view's {@code order[d]}. */
    public TensorView permuted(int... order) {
        int[] newShape = new int[order.length];
        long[] newStrides = new long[order.length];
        for (int d = 0; d < order.length; d++) {
            newShape[d] = shape[order[d]];
            newStrides[d] = strides[order[d]];
        }
        return new TensorView(type, offset, newShape, newStrides);
    }

    /**
     * This view repeated to a larger shape, by the rules of ONNX: dimensions are aligned at the end, and those of extent
     * 1 or missing repeat.
     */
    public TensorView broadcast(int... target) {
        int missing = target.length - shape.length;
        if (missing < 0) {
            throw new IllegalArgumentException(this + " has more dimensions than " + Arrays.toString(target));
        }
        long[] newStrides = new long[target.length];
        for (int d = missing; d < target.length; d++) {
            int size = shape[d - missing];
            if (size != target[d] && size != 1) {
                throw new IllegalArgumentException(this + " does not broadcast to " + Arrays.toString(target));
            }
            newStrides[d] = size == target[d] ? strides[d - missing] : 0;
        }
        return new TensorView(type, offset, target.clone(), newStrides);
    }

    private TensorView featureMap() {
        if (!isFeatureMap()) {
            throw new IllegalArgumentException(this + " is not a feature map in NHWC order");
        }
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorView view
                && type == view.type
                && offset == view.offset
                && Arrays.equals(shape, view.shape)
                && Arrays.equals(strides, view.strides);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(offset) * 31 + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return type + Arrays.toString(shape) + "@" + offset + Arrays.toString(strides);
    }
}
