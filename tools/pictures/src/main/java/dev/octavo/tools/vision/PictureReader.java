package dev.octavo.tools.vision;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import dev.octavo.tools.files.FileFailure;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads JPEG, PNG, BMP and GIF (its first frame) files.
 *
 * <p>Embedded colour profiles are ignored, as the usual training pipelines do; a JPEG is turned upright as its EXIF
 * orientation says. CMYK and YCCK JPEGs are converted to RGB, samples of 16 bits rounded to 8, transparent pixels laid
 * over white. Every file that cannot be decoded completely is refused with a {@link PictureException}.
 */
public final class PictureReader {
    /** Pictures of more pixels are refused, before anything is decoded, unless the caller sets another limit. */
    public static final long MAX_PIXELS = 100_000_000;

    private static final long MAX_FILE_BYTES = 1L << 29;

    /** What the JPEG decoders report, as warnings, of a picture that they could not decode to its end. */
    private static final Pattern DAMAGE = Pattern.compile(
            "truncated|premature|corrupt JPEG data(?!.*extraneous)|missing EOI", Pattern.CASE_INSENSITIVE);

    private static final JPEGImageReaderSpi JPEG = registerJpeg();

    private PictureReader() {}

    private static JPEGImageReaderSpi registerJpeg() {
        ImageIO.setUseCache(false);
        JPEGImageReaderSpi jpeg = new JPEGImageReaderSpi();
        // Registration lets it find the JDK's decoder, to which it hands the entropy-coded data.
        IIORegistry.getDefaultInstance().registerServiceProvider(jpeg);
        return jpeg;
    }

    /**
     * Reads a picture from a file.
     *
     * @throws PictureException if the file is missing, of another format, damaged, or larger than 100 million pixels
     */
    public static Picture read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new PictureException(file + ": too large for a picture (" + Files.size(file) + " bytes)");
            }
            return read(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new PictureException(file + ": " + FileFailure.reason(e), e);
        }
    }

    /**
     * Decodes the bytes of a picture file.
     *
     * @param name what to call the picture in messages
     * @throws PictureException as {@link #read(Path)}
     */
    public static Picture read(byte[] file, String name) {
        return read(file, name, MAX_PIXELS);
    }

    /**
     * Decodes the bytes of a picture file that may come from anybody.
     *
     * @param name what to call the picture in messages
     * @param maxPixels larger pictures are refused before anything is decoded
     * @throws PictureException if the bytes are of another format, damaged, or a larger picture
     */
    public static Picture read(byte[] file, String name, long maxPixels) {
        ImageReader reader = readerFor(file, name);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            StringBuilder damage = new StringBuilder();
            reader.addIIOReadWarningListener((source, warning) -> {
                if (damage.isEmpty() && DAMAGE.matcher(warning).find()) {
                    damage.append(warning);
                }
            });
            reader.setInput(in, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if ((long) width * height > maxPixels) {
                throw new PictureException(name + ": " + width + "×" + height + " pixels are more than the " + maxPixels
                        + " that are accepted; scale the picture down first");
            }
            BufferedImage image = reader.read(0);
            if (!damage.isEmpty()) {
                throw new PictureException(damaged(name, damage.toString()));
            }
            Picture stored = pictureOf(image);
            return isJpeg(file) ? ExifOrientation.upright(stored, ExifOrientation.of(file)) : stored;
        } catch (PictureException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The decoders answer some damaged files with unchecked exceptions.
            throw new PictureException(damaged(name, reason(e)), e);
        } finally {
            reader.dispose();
        }
    }

    /**
     * Reads the extents of a picture without decoding it.
     *
     * @throws PictureException if the file is missing, of another format or damaged
     */
    public static PictureSize size(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new PictureException(file + ": " + FileFailure.reason(e), e);
        }
        ImageReader reader = readerFor(bytes, file.toString());
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            boolean turned = isJpeg(bytes) && ExifOrientation.of(bytes) >= 5;
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            return turned ? new PictureSize(height, width) : new PictureSize(width, height);
        } catch (IOException | RuntimeException e) {
            throw new PictureException(damaged(file.toString(), reason(e)), e);
        } finally {
            reader.dispose();
        }
    }

    private static String damaged(String name, String reason) {
        return name + ": damaged or truncated picture (" + reason + "); fetch the file again or leave it out";
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message.strip();
    }

    private static ImageReader readerFor(byte[] file, String name) {
        if (isJpeg(file)) {
            try {
                return JPEG.createReaderInstance();
            } catch (IOException e) {
                throw new PictureException(name + ": no JPEG decoder: " + reason(e), e);
            }
        }
        if (startsWith(file, 0x89, 'P', 'N', 'G')) {
            return ImageIO.getImageReadersByFormatName("png").next();
        }
        if (startsWith(file, 'G', 'I', 'F', '8')) {
            return ImageIO.getImageReadersByFormatName("gif").next();
        }
        if (startsWith(file, 'B', 'M')) {
            return ImageIO.getImageReadersByFormatName("bmp").next();
        }
        throw new PictureException(name + ": not a picture that can be read; convert it to JPEG, PNG, BMP or GIF");
    }

    private static boolean isJpeg(byte[] file) {
        return startsWith(file, 0xff, 0xd8, 0xff);
    }

    private static boolean startsWith(byte[] file, int... magic) {
        if (file.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((file[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static Picture pictureOf(BufferedImage image) {
        ColorModel colours = image.getColorModel();
        int type = image.getRaster().getTransferType();
        if (colours instanceof ComponentColorModel
                && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)) {
            // Not BufferedImage.getRGB, which would apply the colour profile, and a gamma curve to grey.
            return fromSamples(image.getRaster(), colours.hasAlpha(), type == DataBuffer.TYPE_USHORT ? 65535 : 255);
        }
        if (colours instanceof IndexColorModel palette) {
            return fromPalette(image.getRaster(), palette);
        }
        return fromColours(image);
    }

    private static Picture fromSamples(Raster raster, boolean alpha, int largest) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        int channels = alpha ? bands - 1 : bands;
        byte[] samples = new byte[width * height * channels];
        int[] row = new int[width * bands];
        int next = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int pixel = 0; pixel < row.length; pixel += bands) {
                for (int c = 0; c < channels; c++) {
                    long sample = row[pixel + c];
                    if (alpha) {
                        long opacity = row[pixel + channels];
                        sample = (sample * opacity + (long) largest * (largest - opacity) + largest / 2) / largest;
                    }
                    samples[next++] = (byte) (largest == 255 ? sample : (sample * 255 + largest / 2) / largest);
                }
            }
        }
        return Picture.owning(width, height, channels, samples);
    }

    private static Picture fromPalette(Raster raster, IndexColorModel palette) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] samples = new byte[width * height * 3];
        int[] row = new int[width];
        int next = 0;
        for (int y = 0; y < height; y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int index : row) {
                next = putOverWhite(palette.getRGB(index), samples, next);
            }
        }
        return Picture.owning(width, height, 3, samples);
    }

    private static Picture fromColours(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] samples = new byte[width * height * 3];
        int[] row = new int[width];
        int next = 0;
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int colour : row) {
                next = putOverWhite(colour, samples, next);
            }
        }
        return Picture.owning(width, height, 3, samples);
    }

    private static int putOverWhite(int argb, byte[] samples, int at) {
        int opacity = argb >>> 24;
        int next = at;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int sample = argb >>> shift & 0xff;
            samples[next++] = (byte) ((sample * opacity + 255 * (255 - opacity) + 127) / 255);
        }
        return next;
    }
}
