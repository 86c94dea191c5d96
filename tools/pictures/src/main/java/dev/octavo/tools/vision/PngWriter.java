package dev.octavo.tools.vision;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.files.WholeFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Stores pictures as PNG files. */
public final class PngWriter {
    private PngWriter() {}

    /**
     * Writes the picture, replacing what is there.
     *
     * @throws PictureException if the file cannot be written
     */
    public static void write(Picture picture, Path file) {
        try {
            WholeFile.write(file, encode(picture));
        } catch (IOException e) {
            throw new PictureException(file + ": cannot be written: " + FileFailure.reason(e), e);
        }
    }

    /** The bytes of the PNG file. */
    public static byte[] encode(Picture picture) {
        int type = picture.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), type);
        int[] row = new int[picture.width() * picture.channels()];
        for (int y = 0; y < picture.height(); y++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = picture.array()[y * row.length + i] & 0xff;
            }
            image.getRaster().setPixels(0, y, picture.width(), 1, row);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "png", bytes)) {
                throw new PictureException("this Java runtime cannot write PNG files");
            }
        } catch (IOException e) {
            throw new PictureException("cannot encode a PNG picture: " + e, e);
        }
        return bytes.toByteArray();
    }
}
