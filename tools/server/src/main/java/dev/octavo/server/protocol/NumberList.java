package dev.octavo.server.protocol;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Numbers of unknown count and type, as JSON brings them. */
final class NumberList {
    private double[] values = new double[16];
    private int size;

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    /**
     * Returns them as a tensor's bytes.
     *
     * @throws ProtocolException if a number is none of the type
     */
    MemorySegment toData(String tensor, DataType type) {
        if (type == DataType.FP32) {
            float[] floats = new float[size];
            for (int i = 0; i < size; i++) {
                floats[i] = (float) values[i];
            }
            return MemorySegment.ofArray(floats);
        }
        int least = type == DataType.UINT8 ? 0 : -128;
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            double value = values[i];
            if (value != Math.rint(value) || value < least || value > least + 255) {
                throw ProtocolException.invalid(
                        "tensor '" + Texts.shown(tensor) + "': " + value + " at position " + i + " is no " + type);
            }
            bytes[i] = (byte) value;
        }
        return MemorySegment.ofArray(bytes);
    }
}
