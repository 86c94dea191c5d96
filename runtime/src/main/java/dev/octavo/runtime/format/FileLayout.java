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
     * Reads and checks the prologue.
     *
     * @param start of the file, {@link #PROLOGUE_BYTES} or all of a shorter one
     * @throws DamageException if it says nothing that a file can be
     */
    static FileLayout readPrologue(byte[] start) throws DamageException {
        DamageException.require(
                start.length == PROLOGUE_BYTES,
                0,
                "the file has %s bytes, fewer than the %s of the prologue",
                start.length,
                PROLOGUE_BYTES);
        MemorySegment file = MemorySegment.ofArray(start);
        ByteBuffer prologue = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
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
                layout.dataBytes >= 0 && layout.dataBytes <= Long.MAX_VALUE - layout.dataOffset(),
                24,
                "there would be %s bytes of data",
                Long.toUnsignedString(layout.dataBytes));
        requireZeros(file, 0, RESERVED_OFFSET, CHECKSUM_OFFSET);
        return layout;
    }

    /**
     * Checks how many bytes a file has.
     *
     * @param bytes of the file
     * @throws DamageException if the prologue says otherwise
     */
    void requireSize(long bytes) throws DamageException {
        DamageException.require(
                fileBytes() == bytes,
                24,
                "the file has %s bytes where %s bytes of data from offset %s on should end it",
                bytes,
                dataBytes,
                dataOffset());
    }

    /**
     * Checks what follows the prologue.
     *
     * @param rest of the file
     * @throws DamageException if it is damaged
     */
    void check(MemorySegment rest) throws DamageException {
        requireZeros(rest, PROLOGUE_BYTES, PROLOGUE_BYTES + (long) headerBytes, dataOffset());
        DamageException.require(
                checksum(header(rest)) == headerChecksum, PROLOGUE_BYTES, "the checksum of the header is wrong");
        DamageException.require(
                checksum(data(rest)) == dataChecksum, dataOffset(), "the checksum of the data is wrong");
    }

    /** The header's part of what follows the prologue. */
    MemorySegment header(MemorySegment rest) {
        return rest.asSlice(0, headerBytes);
    }

    /** The data's part of what follows the prologue. */
    MemorySegment data(MemorySegment rest) {
        return rest.asSlice(dataOffset() - PROLOGUE_BYTES, dataBytes);
    }

    /** Checks bytes {@code from} to {@code to} of a file, of which a segment holds those from {@code start} on. */
    private static void requireZeros(MemorySegment segment, long start, long from, long to) throws DamageException {
        byte[] reserved = segment.asSlice(from - start, to - from).toArray(ValueLayout.JAVA_BYTE);
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
