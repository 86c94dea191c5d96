package dev.octavo.server.protocol;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor of a request.
 *
 * @param name as the request has it
 * @param type of its elements
 * @param shape whose product is the number of elements
 * @param data the elements, little-endian, on the heap; empty for {@link DataType#BYTES}
 * @param strings the elements of {@link DataType#BYTES}
 */
public record InputTensor(String name, DataType type, long[] shape, MemorySegment data, List<byte[]> strings) {
    /** Returns a tensor of numbers, and checks that data and shape agree. */
    public static InputTensor ofNumbers(String name, DataType type, long[] shape, MemorySegment data) {
        long expected = (long) Shapes.elements(name, shape) * type.bytes();
        if (data.byteSize() != expected) {
            throw ProtocolException.invalid("tensor '" + Texts.shown(name) + "' has " + data.byteSize()
                    + " bytes where its shape needs " + expected);
        }
        return new InputTensor(name, type, shape, data, List.of());
    }

    /** Returns a tensor of byte strings, and checks that their number and the shape agree. */
    public static InputTensor ofStrings(String name, long[] shape, List<byte[]> strings) {
        int expected = Shapes.elements(name, shape);
        if (strings.size() != expected) {
            throw ProtocolException.invalid("tensor '" + Texts.shown(name) + "' has " + strings.size()
                    + " elements where its shape needs " + expected);
        }
        return new InputTensor(name, DataType.BYTES, shape, MemorySegment.NULL, strings);
    }
}
