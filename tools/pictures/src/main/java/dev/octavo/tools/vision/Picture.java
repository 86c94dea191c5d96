package dev.octavo.tools.vision;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * An immutable picture of unsigned 8-bit samples in HWC order: rows from the top, pixels from the left, channels
 * interleaved. One channel is grey, three are red, green, blue.
 */
public final class Picture {
    private final int width;
    private final int height;
    private final int channels;
    private final byte[] samples;

    private Picture(int width, int height, int channels, byte[] samples) {
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.samples = samples;
    }

    /**
     * A picture of the given samples, which are copied.
     *
     * @param channels 1 (grey) or 3 (red, green, blue)
     * @param samples {@code height × width × channels} unsigned bytes
     * @throws IllegalArgumentException if a size is not positive or the number of samples does not fit
     */
    public static Picture of(int width, int height, int channels, byte[] samples) {
        return owning(width, height, channels, samples.clone());
    }

    /** As {@link #of}, without the copy: the caller gives the array away. */
    static Picture owning(int width, int height, int channels, byte[] samples) {
        if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
            throw new IllegalArgumentException("not a picture: " + width + "×" + height + "×" + channels);
        }
        if (samples.length != (long) width * height * channels) {
            throw new IllegalArgumentException(
                    samples.length + " samples do not make a picture of " + width + "×" + height + "×" + channels);
        }
        return new Picture(width, height, channels, samples);
    }

    /** Pixels in a row. */
    public int width() {
        return width;
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /** 1 (grey) or 3 (red, green, blue). */
    public int channels() {
        return channels;
    }

    /** A read-only view of all samples, HWC. */
    public MemorySegment samples() {
        return MemorySegment.ofArray(samples).asReadOnly();
    }

    /** The samples themselves; never written by anyone. */
    byte[] array() {
        return samples;
    }

    /** One sample, 0..255. */
    public int sample(int x, int y, int channel) {
        Objects.checkIndex(x, width);
        Objects.checkIndex(y, height);
        Objects.checkIndex(channel, channels);
        return samples[(y * width + x) * channels + channel] & 0xff;
    }

    /**
     * The rectangle whose top left corner is at column {@code x}, row {@code y}.
     *
     * @throws IndexOutOfBoundsException if it does not lie inside the picture
     */
    public Picture crop(int x, int y, int cropWidth, int cropHeight) {
        Objects.checkFromIndexSize(x, cropWidth, width);
        Objects.checkFromIndexSize(y, cropHeight, height);
        if (cropWidth == width && cropHeight == height) {
            return this;
        }
        byte[] cropped = new byte[cropWidth * cropHeight * channels];
        int rowBytes = cropWidth * channels;
        for (int row = 0; row < cropHeight; row++) {
            System.arraycopy(samples, ((y + row) * width + x) * channels, cropped, row * rowBytes, rowBytes);
        }
        return owning(cropWidth, cropHeight, channels, cropped);
    }

    /**
     * This picture with one or three channels. Grey becomes three equal channels; colour becomes luma, 0.299 red + 0.587
     * green + 0.114 blue (ITU-R BT.601), rounded to nearest.
     */
    public Picture withChannels(int wanted) {
        if (wanted == channels) {
            return this;
        }
        byte[] converted = new byte[width * height * wanted];
        if (wanted == 3) {
            for (int i = 0; i < samples.length; i++) {
                byte grey = samples[i];
                converted[3 * i] = grey;
                converted[3 * i + 1] = grey;
                converted[3 * i + 2] = grey;
            }
        } else {
            for (int i = 0; i < converted.length; i++) {
                int red = samples[3 * i] & 0xff;
                int green = samples[3 * i + 1] & 0xff;
                int blue = samples[3 * i + 2] & 0xff;
                converted[i] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
            }
        }
        return owning(width, height, wanted, converted);
    }

    @Override
    public String toString() {
        return "Picture[" + width + "×" + height + "×" + channels + "]";
    }
}
