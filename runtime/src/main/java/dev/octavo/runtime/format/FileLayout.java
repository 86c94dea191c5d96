package dev.octavo.runtime.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * The first bytes of a model file: where its parts lie, and what they add up to. The schema, {@code octavo.proto}, states
 * the format.
 *
 * @param headerBytes of the header, which begins at {@link #PROLOGUE_BYTES}
 * @param dataBytes of the data, which begin at {@link #dataOffset}
 * @param headerChecksum CRC-32C
 * @param dataChecksum CRC-32C
 */
record FileLayout(int headerBytes, long dataBytes, int headerChecksum, int dataChecksum) {
    /** Bytes before the header. */
    static final int PROLOGUE_BYTES = 64;

    /** What arrays in the data are aligned to. */
    static final int ALIGNMENT = 64;

    /** A greater header is refused, so that no file makes a reader take much memory. */
    static final int MAX_HEADER_BYTES = 1 << 22;

    /** The version that is written, and the only one that is read. */
    static final int VERSION = 2;

    private static final long MAGIC = 0x0a_4f_56_41_54_43_4f_89L;
    private static final int CHECKSUM_OFFSET = PROLOGUE_BYTES - Integer.BYTES;
    private static final int RESERVED_OFFSET = 40;
    private static final int MAX_CHUNK_BYTES = 1 << 30;

    /** Offset of the data. */
    long dataOffset() {
        return align(PROLOGUE_BYTES + (long) headerBytes);
    }

    /** Bytes of the whole file. */
    long fileBytes() {
        return dataOffset() + dataBytes;
    }

    /** The least multiple of {@link #ALIGNMENT} that is not below {@code offset}. */
    static long align(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** CRC-32C of a segment. */
    static int checksum(MemorySegment segment) {
        CRC32C crc = new CRC32C();
        for (long from = 0; from < segment.byteSize(); from += MAX_CHUNK_BYTES) {
            long bytes = Math.min(MAX_CHUNK_BYTES, segment.byteSize() - from);
            crc.update(segment.asSlice(from, bytes).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    /** The prologue as bytes. */
    byte[] prologue() {
        ByteBuffer prologue = ByteBuffer.allocate(PROLOGUE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        prologue.putLong(0, MAGIC);
        prologue.putInt(8, VERSION);
        prologue.putInt(12, headerBytes);
        prologue.putLong(16, dataOffset());
        prologue.putLong(24, dataBytes);
        prologue.putInt(32, headerChecksum);
        prologue.putInt(36, dataChecksum);
        prologue.putInt(CHECKSUM_OFFSET, checksum(MemorySegment.ofBuffer(prologue.slice(0, CHECKSUM_OFFSET))));
        return prologue.array();
    }

    /**
     * Reads and checks the prologue against the whole file.
     *
     * @throws DamageException if they do not fit together
     */
    static FileLayout read(MemorySegment file) throws DamageException {
        DamageException.require(
                file.byteSize() >= PROLOGUE_BYTES,
                0,
                "the file has %s bytes, fewer than the %s of the prologue",
                file.byteSize(),
                PROLOGUE_BYTES);
        ByteBuffer prologue = file.asSlice(0, PROLOGUE_BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        DamageException.require(prologue.getLong(0) == MAGIC, 0, "this is not an Octavo model file");
        int version = prologue.getInt(8);
        DamageException.require(
                version == VERSION,
                8,
                "the file has format version %s, but only %s can be read: use a newer release, or convert the model"
                        + " again",
                Integer.toUnsignedString(version),
                VERSION);
        DamageException.require(
                prologue.getInt(CHECKSUM_OFFSET) == checksum(file.asSlice(0, CHECKSUM_OFFSET)),
                CHECKSUM_OFFSET,
                "the checksum of the prologue is wrong");
        int headerBytes = prologue.getInt(12);
        DamageException.require(
                headerBytes >= 0 && headerBytes <= MAX_HEADER_BYTES,
                12,
                "the header would have %s bytes, more than %s",
                Integer.toUnsignedString(headerBytes),
                MAX_HEADER_BYTES);
        FileLayout layout = new FileLayout(headerBytes, prologue.getLong(24), prologue.getInt(32), prologue.getInt(36));
        DamageException.require(prologue.getLong(16) == layout.dataOffset(), 16, "the data do not follow the header");
        DamageException.require(
                layout.dataBytes >= 0 && layout.dataBytes <= file.byteSize() && layout.fileBytes() == file.byteSize(),
                24,
                "the file has %s bytes where %s bytes of data from offset %s on should end it",
                file.byteSize(),
                Long.toUnsignedString(layout.dataBytes),
                layout.dataOffset());
        requireZeros(file, RESERVED_OFFSET, CHECKSUM_OFFSET);
        requireZeros(file, PROLOGUE_BYTES + (long) headerBytes, layout.dataOffset());
        DamageException.require(
                checksum(layout.header(file)) == layout.headerChecksum,
                PROLOGUE_BYTES,
                "the checksum of the header is wrong");
        DamageException.require(
                checksum(layout.data(file)) == layout.dataChecksum,
                layout.dataOffset(),
                "the checksum of the data is wrong");
        return layout;
    }

    /** The header's part of a file. */
    MemorySegment header(MemorySegment file) {
        return file.asSlice(PROLOGUE_BYTES, headerBytes);
    }

    /** The data's part of a file. */
    MemorySegment data(MemorySegment file) {
        return file.asSlice(dataOffset(), dataBytes);
    }

    private static void requireZeros(MemorySegment file, long from, long to) throws DamageException {
        byte[] reserved = file.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
        for (int i = 0; i < reserved.length; i++) {
            DamageException.require(reserved[i] == 0, from + i, "a reserved byte is not 0");
        }
    }

    /** A file breaks the format at an offset. */
    static final class DamageException extends Exception {
        private static final long serialVersionUID = 1;

        private DamageException(long offset, String message) {
            super("at offset " + offset + ": " + message);
        }

        private static void require(boolean condition, long offset, String message, Object... arguments)
                throws DamageException {
            if (!condition) {
                throw new DamageException(offset, String.format(Locale.ROOT, message, arguments));
            }
        }
    }
}
