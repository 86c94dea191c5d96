package dev.octavo.server.protocol;

import java.util.Arrays;

/** Shapes as clients send them, which may be anything. */
final class Shapes {
    private static final int MOST_DIMENSIONS = 16;

    private Shapes() {}

    /**
     * Returns the number of elements.
     *
     * @throws ProtocolException if a dimension is below 1, or there are more elements than an array holds
     */
    static int elements(String tensor, long[] shape) {
        if (shape.length > MOST_DIMENSIONS) {
            throw ProtocolException.invalid("tensor '" + tensor + "' has " + shape.length + " dimensions; at most "
                    + MOST_DIMENSIONS + " are possible");
        }
        long elements = 1;
        for (long size : shape) {
            if (size < 1) {
                throw ProtocolException.invalid(
                        "tensor '" + tensor + "': the shape " + Arrays.toString(shape) + " has a dimension below 1");
            }
            if (size > Integer.MAX_VALUE || elements * size > Integer.MAX_VALUE) {
                throw ProtocolException.invalid("tensor '" + tensor + "': the shape " + Arrays.toString(shape)
                        + " has more elements than a request can hold");
            }
            elements *= size;
        }
        return (int) elements;
    }
}
