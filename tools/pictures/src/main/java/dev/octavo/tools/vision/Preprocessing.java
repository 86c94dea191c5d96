package dev.octavo.tools.vision;

import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.ChannelOrder;
import dev.octavo.runtime.format.ModelMetadata.Fit;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * What happens to a picture before a model sees it: it is fitted to the size of the model's input with an antialiased
 * resize, its channels are put into the model's order, and each sample p in 0..255 becomes (p − mean) / std.
 *
 * @param mean per channel, on the scale of 0..255, in the order of the model's channels
 * @param std per channel, on the scale of 0..255, in the order of the model's channels, positive
 * @param crop the part, in (0, 1], of the largest centred rectangle with the proportions of the model's input that {@link
 *     Fit#CROP} keeps: for a square input, of the short side
 * @param order which of the picture's channels the model's channels are
 * @param fit how a picture of other proportions fills the input
 * @param fill colour around a letterboxed picture, one value or one per channel in the model's order, in 0..255, rounded
 *     to whole samples; empty for black
 */
public record Preprocessing(
        List<Double> mean, List<Double> std, double crop, ChannelOrder order, Fit fit, List<Double> fill) {
    /** Checks every value. */
    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        fill = List.copyOf(fill);
        if ((mean.size() != 1 && mean.size() != 3) || mean.size() != std.size()) {
            throw new IllegalArgumentException(
                    "mean and std need one or three values, the same number: " + mean.size() + " and " + std.size());
        }
        for (int c = 0; c < mean.size(); c++) {
            if (!Double.isFinite(mean.get(c)) || !(std.get(c) > 0) || !Double.isFinite(std.get(c))) {
                throw new IllegalArgumentException(
                        "mean must be finite and std positive: " + mean.get(c) + " and " + std.get(c));
            }
        }
        if (!(crop > 0 && crop <= 1)) {
            throw new IllegalArgumentException("crop must be above 0 and at most 1: " + crop);
        }
        if ((fill.size() > 1 && fill.size() != mean.size())
                || !fill.stream().allMatch(sample -> sample >= 0 && sample <= 255)) {
            throw new IllegalArgumentException(
                    "fill must be one value in 0..255 or one for each of " + mean.size() + " channels: " + fill);
        }
    }

    /** Creates the preprocessing of pictures in red, green and blue, or grey, that are cropped to the centre. */
    public Preprocessing(List<Double> mean, List<Double> std, double crop) {
        this(mean, std, crop, ChannelOrder.RGB, Fit.CROP, List.of());
    }

    /**
     * Returns what a model says of its pictures.
     *
     * @throws IllegalArgumentException if it says nothing, or nonsense
     */
    public static Preprocessing of(ModelMetadata.Preprocessing known) {
        return new Preprocessing(
                doubles(known.mean()),
                doubles(known.std()),
                known.crop(),
                known.channels(),
                known.fit(),
                doubles(known.fill()));
    }

    private static List<Double> doubles(List<Float> values) {
        return values.stream().map(Float::doubleValue).toList();
    }

    /** Returns the preprocessing that leaves samples as they are, 0..255, from the whole centred rectangle. */
    public static Preprocessing none(int channels) {
        if (channels == 1) {
            return new Preprocessing(List.of(0.0), List.of(1.0), 1);
        }
        return new Preprocessing(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), 1);
    }

    /** Returns the number of channels of the model's input, 1 or 3. */
    public int channels() {
        return mean.size();
    }

    /** Returns where {@link #fit(Picture, int, int)} takes the samples from, and where it puts them. */
    public Placement placement(int pictureWidth, int pictureHeight, int width, int height) {
        double smaller = Math.min((double) pictureWidth / width, (double) pictureHeight / height);
        double larger = Math.max((double) pictureWidth / width, (double) pictureHeight / height);
        return switch (fit) {
            case CROP -> {
                int cropWidth = Math.clamp(Math.round(crop * smaller * width), 1, pictureWidth);
                int cropHeight = Math.clamp(Math.round(crop * smaller * height), 1, pictureHeight);
                int x = (pictureWidth - cropWidth) / 2;
                int y = (pictureHeight - cropHeight) / 2;
                yield new Placement(x, y, cropWidth, cropHeight, 0, 0, width, height);
            }
            case STRETCH -> new Placement(0, 0, pictureWidth, pictureHeight, 0, 0, width, height);
            case LETTERBOX, LETTERBOX_TOP_LEFT -> {
                int fittedWidth = Math.clamp(Math.round(pictureWidth / larger), 1, width);
                int fittedHeight = Math.clamp(Math.round(pictureHeight / larger), 1, height);
                boolean centred = fit == Fit.LETTERBOX;
                yield new Placement(
                        0,
                        0,
                        pictureWidth,
                        pictureHeight,
                        centred ? (width - fittedWidth) / 2 : 0,
                        centred ? (height - fittedHeight) / 2 : 0,
                        fittedWidth,
                        fittedHeight);
            }
        };
    }

    /** Returns the picture at the size of the model's input, with the model's channels in the model's order, 0..255. */
    public Picture fit(Picture picture, int width, int height) {
        Placement placement = placement(picture.width(), picture.height(), width, height);
        Picture part = picture.crop(placement.x(), placement.y(), placement.width(), placement.height());
        Picture coloured = order == ChannelOrder.GREY ? part.withChannels(1) : part;
        Picture fitted =
                Resize.triangle(coloured.withChannels(channels()), placement.fittedWidth(), placement.fittedHeight());
        byte[] samples = order == ChannelOrder.BGR && channels() == 3 ? reversed(fitted.array()) : fitted.array();
        if (placement.fittedWidth() == width && placement.fittedHeight() == height) {
            return Picture.owning(width, height, channels(), samples);
        }
        return Picture.owning(width, height, channels(), surrounded(samples, placement, width, height));
    }

    private static byte[] reversed(byte[] samples) {
        byte[] reversed = new byte[samples.length];
        for (int i = 0; i < samples.length; i += 3) {
            reversed[i] = samples[i + 2];
            reversed[i + 1] = samples[i + 1];
            reversed[i + 2] = samples[i];
        }
        return reversed;
    }

    private byte[] surrounded(byte[] samples, Placement placement, int width, int height) {
        int channels = channels();
        byte[] filled = new byte[width * height * channels];
        if (fill.size() == 1) {
            Arrays.fill(filled, (byte) Math.round(fill.getFirst()));
        } else if (!fill.isEmpty()) {
            for (int i = 0; i < filled.length; i++) {
                filled[i] = (byte) Math.round(fill.get(i % channels));
            }
        }
        int rowBytes = placement.fittedWidth() * channels;
        for (int y = 0; y < placement.fittedHeight(); y++) {
            int at = ((placement.top() + y) * width + placement.left()) * channels;
            System.arraycopy(samples, y * rowBytes, filled, at, rowBytes);
        }
        return filled;
    }

    /**
     * Writes the model's input in 8 bits, not normalised: HWC, unsigned, {@code height × width × channels} bytes.
     *
     * @param offset in bytes
     */
    public void toBytes(Picture picture, int width, int height, MemorySegment target, long offset) {
        byte[] samples = fit(picture, width, height).array();
        MemorySegment.copy(samples, 0, target, ValueLayout.JAVA_BYTE, offset, samples.length);
    }

    /**
     * Writes the model's input normalised: CHW, {@code channels × height × width} floats in native byte order.
     *
     * @param offset in bytes
     */
    public void toFloats(Picture picture, int width, int height, MemorySegment target, long offset) {
        byte[] samples = fit(picture, width, height).array();
        int channels = channels();
        float[] plane = new float[width * height];
        for (int c = 0; c < channels; c++) {
            float[] normalised = normalised(c);
            for (int i = 0; i < plane.length; i++) {
                plane[i] = normalised[samples[i * channels + c] & 0xff];
            }
            long at = offset + (long) c * plane.length * Float.BYTES;
            MemorySegment.copy(plane, 0, target, ValueLayout.JAVA_FLOAT_UNALIGNED, at, plane.length);
        }
    }

    private float[] normalised(int channel) {
        float[] table = new float[256];
        for (int p = 0; p < table.length; p++) {
            table[p] = (float) ((p - mean.get(channel)) / std.get(channel));
        }
        return table;
    }
}
