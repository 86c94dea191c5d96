package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.vision.Picture;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Grey pictures in the IDX form of MNIST, with the file of their labels beside them: big-endian magic 0x00000803, count,
 * rows, columns, samples; and 0x00000801, count, labels. Files may be gzipped, whatever their names say.
 */
final class IdxPictures implements LabelledData {
    private static final int IMAGES = 0x0803;
    private static final int LABELS = 0x0801;
    private static final int MAX_SIDE = 4096;

    private final int width;
    private final int height;
    private final byte[] samples;
    private final byte[] labels;
    private final int size;

    private IdxPictures(int width, int height, byte[] samples, byte[] labels, int size) {
        this.width = width;
        this.height = height;
        this.samples = samples;
        this.labels = labels;
        this.size = size;
    }

    static IdxPictures open(Path images) {
        Path labels = labelsBeside(images);
        try (DataInputStream in = stream(images)) {
            expectMagic(in, IMAGES, images);
            int count = in.readInt();
            int height = in.readInt();
            int width = in.readInt();
            long bytes = (long) count * height * width;
            if (count < 1 || height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE || bytes > 1L << 30) {
                throw new DataException(images + ": " + count + " pictures of " + width + "×" + height
                        + " (offset 4) are not a data set that can be held");
            }
            byte[] samples = readExactly(in, (int) bytes, images);
            return new IdxPictures(width, height, samples, readLabels(labels, count), count);
        } catch (EOFException e) {
            throw truncated(images, e);
        } catch (IOException e) {
            throw new DataException(images + ": " + FileFailure.reason(e), e);
        }
    }

    private static byte[] readLabels(Path file, int pictures) {
        try (DataInputStream in = stream(file)) {
            expectMagic(in, LABELS, file);
            int count = in.readInt();
            if (count != pictures) {
                throw new DataException(file + ": " + count + " labels for " + pictures + " pictures");
            }
            return readExactly(in, count, file);
        } catch (EOFException e) {
            throw truncated(file, e);
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        }
    }

    private static Path labelsBeside(Path images) {
        String name = images.getFileName().toString();
        String labels = name.replace("images", "labels").replace("idx3", "idx1");
        if (!labels.equals(name)) {
            String plain = labels.endsWith(".gz") ? labels.substring(0, labels.length() - 3) : labels;
            for (String candidate : new String[] {labels, plain, plain + ".gz"}) {
                Path file = images.resolveSibling(candidate);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        throw new DataException(images + ": the labels are missing; put them beside it as " + labels);
    }

    private static DataInputStream stream(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(2);
            boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            return new DataInputStream(zipped ? new GZIPInputStream(in, 1 << 16) : in);
        } catch (ZipException e) {
            in.close();
            throw new DataException(file + ": damaged gzip file: " + e.getMessage(), e);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static void expectMagic(DataInputStream in, int magic, Path file) throws IOException {
        int found = in.readInt();
        if (found != magic) {
            throw new DataException(String.format(
                    "%s: starts with 0x%08x, not 0x%08x: not an IDX file of %s in unsigned bytes",
                    file, found, magic, magic == IMAGES ? "images" : "labels"));
        }
    }

    private static byte[] readExactly(InputStream in, int bytes, Path file) throws IOException {
        // Grows with what is really there, so that a small file cannot claim a gigabyte.
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new DataException(
                    file + ": truncated: " + read.length + " of " + bytes + " bytes; fetch the file again");
        }
        if (in.read() >= 0) {
            throw new DataException(file + ": goes on after the " + bytes + " bytes that its header announces");
        }
        return read;
    }

    private static DataException truncated(Path file, EOFException cause) {
        return new DataException(file + ": truncated; fetch the file again", cause);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Picture picture(int index) {
        int bytes = width * height;
        int at = Objects.checkIndex(index, size) * bytes;
        return Picture.of(width, height, 1, Arrays.copyOfRange(samples, at, at + bytes));
    }

    @Override
    public int label(int index) {
        return labels[Objects.checkIndex(index, size)] & 0xff;
    }

    @Override
    public String name(int index) {
        return "picture " + index;
    }

    @Override
    public LabelledData limit(int limit) {
        return new IdxPictures(width, height, samples, labels, Math.min(limit, size));
    }
}
