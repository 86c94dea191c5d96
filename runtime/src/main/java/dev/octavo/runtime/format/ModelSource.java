package dev.octavo.runtime.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** Where the bytes of a model come from, once and in order. No more memory is taken than there are bytes. */
sealed interface ModelSource {
    /** What follows the prologue lies so that arrays of the data are aligned. */
    int ALIGNMENT = FileLayout.ALIGNMENT;

    /** Returns the first bytes, {@code count} or as many as there are. */
    byte[] start(int count) throws IOException;

    /**
     * Reads what follows the prologue.
     *
     * @throws FileLayout.DamageException if there are more or fewer bytes than the layout says
     */
    MemorySegment rest(FileLayout layout, Arena arena) throws IOException, FileLayout.DamageException;

    /** A file. */
    record Channel(SeekableByteChannel channel) implements ModelSource {
        private static final int CHUNK_BYTES = 1 << 24;

        @Override
        public byte[] start(int count) throws IOException {
            ByteBuffer start = ByteBuffer.allocate((int) Math.min(count, channel.size()));
            read(start);
            return start.array();
        }

        @Override
        public MemorySegment rest(FileLayout layout, Arena arena) throws IOException, FileLayout.DamageException {
            layout.requireSize(channel.size());
            MemorySegment rest = arena.allocate(layout.fileBytes() - FileLayout.PROLOGUE_BYTES, ALIGNMENT);
            for (long at = 0; at < rest.byteSize(); at += CHUNK_BYTES) {
                read(rest.asSlice(at, Math.min(CHUNK_BYTES, rest.byteSize() - at))
                        .asByteBuffer());
            }
            return rest;
        }

        private void read(ByteBuffer buffer) throws IOException {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new EOFException();
                }
            }
        }
    }

    /** A stream that ends where the model does. */
    record Stream(InputStream stream) implements ModelSource {
        private static final int CHUNK_BYTES = 1 << 20;

        @Override
        public byte[] start(int count) throws IOException {
            return stream.readNBytes(count);
        }

        @Override
        public MemorySegment rest(FileLayout layout, Arena arena) throws IOException, FileLayout.DamageException {
            // What the prologue says of the size is believed once as many bytes have come.
            List<byte[]> chunks = new ArrayList<>();
            long most = layout.fileBytes() - FileLayout.PROLOGUE_BYTES + 1;
            long read = 0;
            while (read < most) {
                byte[] chunk = stream.readNBytes((int) Math.min(CHUNK_BYTES, most - read));
                if (chunk.length == 0) {
                    break;
                }
                chunks.add(chunk);
                read += chunk.length;
            }
            layout.requireSize(FileLayout.PROLOGUE_BYTES + read);
            MemorySegment rest = arena.allocate(read, ALIGNMENT);
            long at = 0;
            for (byte[] chunk : chunks) {
                MemorySegment.copy(chunk, 0, rest, ValueLayout.JAVA_BYTE, at, chunk.length);
                at += chunk.length;
            }
            return rest;
        }
    }

    /** Memory of the caller. */
    record Memory(MemorySegment bytes) implements ModelSource {
        @Override
        public byte[] start(int count) {
            return bytes.asSlice(0, Math.min(count, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE);
        }

        @Override
        public MemorySegment rest(FileLayout layout, Arena arena) throws FileLayout.DamageException {
            layout.requireSize(bytes.byteSize());
            MemorySegment rest = bytes.asSlice(FileLayout.PROLOGUE_BYTES);
            return arena.allocate(rest.byteSize(), ALIGNMENT).copyFrom(rest);
        }
    }
}
