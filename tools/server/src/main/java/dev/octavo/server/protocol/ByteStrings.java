package dev.octavo.server.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The binary form of {@link DataType#BYTES}: each element is its length, 32 bits little-endian, and its bytes. */
public final class ByteStrings {
    private ByteStrings() {}

    /**
     * Reads elements.
     *
     * @throws ProtocolException if a length points past the end
     */
    public static List<byte[]> read(String tensor, ByteBuffer bytes) {
        ByteBuffer rest = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> strings = new ArrayList<>();
        while (rest.hasRemaining()) {
            long length = rest.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(rest.getInt());
            if (length < 0 || length > rest.remaining()) {
                throw ProtocolException.invalid("tensor '" + Texts.shown(tensor) + "': element " + strings.size()
                        + " ends after its data: each is 4 bytes of length, little-endian, and its bytes");
            }
            byte[] string = new byte[(int) length];
            rest.get(string);
            strings.add(string);
        }
        return strings;
    }

    /** Returns the bytes that {@link #write} takes. */
    public static int size(List<byte[]> strings) {
        int size = 0;
        for (byte[] string : strings) {
            size = Math.addExact(size, Integer.BYTES + string.length);
        }
        return size;
    }

    /** Writes elements. */
    public static void write(List<byte[]> strings, ByteBuffer target) {
        for (byte[] string : strings) {
            target.order(ByteOrder.LITTLE_ENDIAN).putInt(string.length).put(string);
        }
    }
}
