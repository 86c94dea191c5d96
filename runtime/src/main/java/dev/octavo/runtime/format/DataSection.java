package dev.octavo.runtime.format;

import dev.octavo.runtime.format.proto.Blob;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The arrays of a model file that is being written, each aligned to {@link FileLayout#ALIGNMENT} bytes. */
final class DataSection {
    private static final int MAX_CHUNK_BYTES = 1 << 24;

    private final List<MemorySegment> arrays = new ArrayList<>();
    private long bytes;

    /** Appends an array. */
    Blob add(MemorySegment array) {
        Blob blob =
                Blob.newBuilder().setOffset(bytes).setBytes(array.byteSize()).build();
        arrays.add(array);
        bytes = FileLayout.align(bytes + array.byteSize());
        return blob;
    }

    /** Size of the section. */
    long bytes() {
        return bytes;
    }

    /** CRC-32C of the section. */
    int checksum() {
        CRC32C crc = new CRC32C();
        try {
            forEachChunk(crc::update);
        } catch (IOException e) {
            throw new AssertionError("a checksum reads no file", e);
        }
        return (int) crc.getValue();
    }

    /** Writes the section at the position of the channel. */
    void write(FileChannel channel) throws IOException {
        forEachChunk(chunk -> {
            while (chunk.hasRemaining()) {
                channel.write(chunk);
            }
        });
    }

    private void forEachChunk(Sink sink) throws IOException {
        for (MemorySegment array : arrays) {
            for (long from = 0; from < array.byteSize(); from += MAX_CHUNK_BYTES) {
                long size = Math.min(MAX_CHUNK_BYTES, array.byteSize() - from);
                sink.accept(ByteBuffer.wrap(array.asSlice(from, size).toArray(ValueLayout.JAVA_BYTE)));
            }
            sink.accept(ByteBuffer.allocate((int) (FileLayout.align(array.byteSize()) - array.byteSize())));
        }
    }

    private interface Sink {
        void accept(ByteBuffer chunk) throws IOException;
    }
}
