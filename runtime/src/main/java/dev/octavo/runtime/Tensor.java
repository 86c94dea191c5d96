package dev.octavo.runtime;

import dev.octavo.kernels.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Elements in memory, in the order of the dimensions and without gaps, little-endian.
 *
 * <p>A tensor is a view: it neither copies nor owns the memory that it wraps, on the heap or off it.
 */
public final class Tensor {
    private final ElementType type;
    private final int[] shape;
    private final MemorySegment segment;
    private final String name;

    private Tensor(ElementType type, int[] shape, MemorySegment segment, String name) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.segment = segment;
    }

    /**
     * Makes a tensor in the given memory, which is not copied.
     *
     * @param segment of exactly as many bytes as the elements take
     * @throws IllegalArgumentException if it has another size, or a dimension is below 1
     */
    public static Tensor wrap(ElementType type, MemorySegment segment, int... shape) {
        long bytes = byteSize(type, shape);
        if (segment.byteSize() != bytes) {
            throw new IllegalArgumentException("a tensor " + type + Arrays.toString(shape) + " takes " + bytes
                    + " bytes and not " + segment.byteSize());
        }
        return new Tensor(type, shape.clone(), segment, "");
    }

    /**
     * Makes a tensor of zeros in memory of its own, off the heap, which lives as long as the tensor or its segment is used.
     *
     * @throws IllegalArgumentException if a dimension is below 1
     */
    public static Tensor allocate(ElementType type, int... shape) {
        return wrap(type, Arena.ofAuto().allocate(byteSize(type, shape), 64), shape);
    }

    /** Makes a tensor of zeros on the heap. */
    static Tensor allocateOnHeap(ElementType type, int... shape) {
        long elements = byteSize(type, shape) / type.bytes();
        MemorySegment segment = type == ElementType.FLOAT32
                ? MemorySegment.ofArray(new float[Math.toIntExact(elements)])
                : MemorySegment.ofArray(new byte[Math.toIntExact(elements)]);
        return wrap(type, segment, shape);
    }

    /**
     * Makes a float tensor that wraps an array, which is not copied.
     *
     * @throws IllegalArgumentException if the array has another number of elements than the shape
     */
    public static Tensor of(float[] values, int... shape) {
        return wrap(ElementType.FLOAT32, MemorySegment.ofArray(values), shape);
    }

    /**
     * Makes a float tensor of the elements between a buffer's position and its limit, which is not moved. A buffer in
     * little-endian order, or a view of an array, is wrapped; the elements of another one are copied.
     *
     * @throws IllegalArgumentException if the buffer has another number of elements than the shape
     */
    public static Tensor of(FloatBuffer buffer, int... shape) {
        if (buffer.order() == ByteOrder.LITTLE_ENDIAN) {
            return wrap(ElementType.FLOAT32, MemorySegment.ofBuffer(buffer), shape);
        }
        float[] values = new float[buffer.remaining()];
        buffer.get(buffer.position(), values);
        return of(values, shape);
    }

    /**
     * Makes a {@link ElementType#UINT8} tensor that wraps an array, such as a picture [N, H, W, C]; it is not copied.
     *
     * @throws IllegalArgumentException if the array has another number of elements than the shape
     */
    public static Tensor of(byte[] values, int... shape) {
        return wrap(ElementType.UINT8, MemorySegment.ofArray(values), shape);
    }

    /** Returns a tensor of another name in the same memory. */
    public Tensor withName(String newName) {
        return new Tensor(type, shape, segment, newName);
    }

    /** Returns the name of the output that the tensor is; empty for tensors that callers made and did not name. */
    public String name() {
        return name;
    }

    /** Returns how elements are stored. */
    public ElementType type() {
        return type;
    }

    /** Returns a copy of all extents. */
    public int[] shape() {
        return shape.clone();
    }

    /** Returns the first extent; 1 for a scalar. */
    int batch() {
        return shape.length == 0 ? 1 : shape[0];
    }

    /** Returns the memory that holds the elements, which is not copied. */
    public MemorySegment segment() {
        return segment;
    }

    /** Returns the number of elements. */
    public long elements() {
        return segment.byteSize() / type.bytes();
    }

    /**
     * Returns one element as a number; codes of quantized tensors unscaled.
     *
     * @param index of the element in the order of the dimensions, from 0
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public float get(long index) {
        return switch (type) {
            case INT8 -> segment.get(ValueLayout.JAVA_BYTE, index);
            case UINT8 -> Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, index));
            case FLOAT32 -> segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
        };
    }

    /** Returns a copy of all elements as numbers, as {@link #get} has them. */
    public float[] toFloatArray() {
        float[] values = new float[Math.toIntExact(elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = get(i);
        }
        return values;
    }

    /** Whether this is {@code parts} tensors of a shape, one after the other in the first dimension. */
    boolean hasShape(int[] part, int parts) {
        if (parts == 1 || shape.length == 0 || part.length == 0) {
            return parts == 1 && Arrays.equals(shape, part);
        }
        return shape[0] == (long) part[0] * parts && Arrays.equals(shape, 1, shape.length, part, 1, part.length);
    }

    private static long byteSize(ElementType type, int[] shape) {
        long bytes = type.bytes();
        for (int size : shape) {
            if (size < 1) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has an empty dimension");
            }
            bytes = Math.multiplyExact(bytes, (long) size);
        }
        return bytes;
    }

    @Override
    public String toString() {
        return (name.isEmpty() ? "" : name + " ") + type + Arrays.toString(shape);
    }
}
