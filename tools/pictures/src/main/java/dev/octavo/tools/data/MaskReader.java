package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import dev.octavo.tools.tasks.Mask;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Reads masks: PNG files of one channel whose samples, or places in the palette, are classes. */
public final class MaskReader {
    private MaskReader() {}

    /**
     * Reads a mask.
     *
     * @throws DataException if the file cannot be read, or has more than one channel of 8 bits
     */
    public static Mask read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            BufferedImage image = ImageIO.read(in);
            if (image == null) {
                throw new DataException(file + ": is not a PNG mask");
            }
            Raster raster = image.getRaster();
            if (raster.getNumBands() != 1 || raster.getTransferType() != DataBuffer.TYPE_BYTE) {
                throw new DataException(
                        file + ": a mask has one channel of 8 bits, grey or with a palette, but this has "
                                + raster.getNumBands());
            }
            int[] samples = raster.getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
            byte[] labels = new byte[samples.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (byte) samples[i];
            }
            return Mask.of(image.getWidth(), image.getHeight(), labels);
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        }
    }
}
