package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.vision.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * CIFAR-10 in its binary form: records of one label byte and 32×32 samples of red, then of green, then of blue.
 */
final class CifarPictures implements LabelledData {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int RECORD = 1 + 3 * PLANE;
    private static final int CLASSES = 10;
    private static final long MAX_FILE_BYTES = 1L << 30;

    private final byte[] records;
    private final int size;

    private CifarPictures(byte[] records, int size) {
        this.records = records;
        this.size = size;
    }

    static CifarPictures open(Path file) {
        byte[] records;
        try {
            long bytes = Files.size(file);
            if (bytes == 0 || bytes % RECORD != 0 || bytes > MAX_FILE_BYTES) {
                throw new DataException(file + ": " + bytes + " bytes are not a whole number of CIFAR-10 records of "
                        + RECORD + " bytes (a label, then 32×32 red, green and blue); is it truncated?");
            }
            records = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        }
        CifarPictures pictures = new CifarPictures(records, records.length / RECORD);
        for (int i = 0; i < pictures.size; i++) {
            if (pictures.label(i) >= CLASSES) {
                throw new DataException(file + ": label " + pictures.label(i) + " at offset " + (long) i * RECORD
                        + " is not one of CIFAR-10's ten classes, 0 to 9");
            }
        }
        return pictures;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Picture picture(int index) {
        int planes = Objects.checkIndex(index, size) * RECORD + 1;
        byte[] samples = new byte[3 * PLANE];
        for (int i = 0; i < PLANE; i++) {
            for (int c = 0; c < 3; c++) {
                samples[3 * i + c] = records[planes + c * PLANE + i];
            }
        }
        return Picture.of(SIDE, SIDE, 3, samples);
    }

    @Override
    public int label(int index) {
        return records[Objects.checkIndex(index, size) * RECORD] & 0xff;
    }

    @Override
    public String name(int index) {
        return "picture " + index;
    }

    @Override
    public LabelledData limit(int limit) {
        return new CifarPictures(records, Math.min(limit, size));
    }
}
