package dev.octavo.tools.data;

import dev.octavo.runtime.format.ModelMetadata;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * What happens to a picture before a model sees it: a centred crop, an antialiased resize to the size of the model's input,
 * and (p − mean) / std for each sample p in 0..255.
 *
 * @param mean per channel, on the scale of 0..255, in the order of the model's channels
 * @param std per channel, on the scale of 0..255, positive
 * @param crop the part, in (0, 1], that remains of the largest centred rectangle with the proportions of the model's input:
 *     for a square input, of the short side
 * @param order which of the picture's channels the model's channels are
 */
public record Preprocessing(List<Double> mean, List<Double> std, double crop, ChannelOrder order) {
    /** The order of a model's channels. A model of one channel sees luma. */
    public enum ChannelOrder {
        /** Red, green, blue. */
        RGB,
        /** Blue, green, red. */
        BGR
    }

    /** Checks every value. */
    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
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
    }

    /**
     * What a model says of its pictures, in red, green and blue.
     *
     * @throws IllegalArgumentException if it says nothing, or nonsense
     */
    public static Preprocessing of(ModelMetadata.Preprocessing known) {
        return new Preprocessing(
                known.mean().stream().map(Float::doubleValue).toList(),
                known.std().stream().map(Float::doubleValue).toList(),
                known.crop(),
                ChannelOrder.RGB);
    }

    /** Samples as they are, 0..255, from the whole centred rectangle. */
    public static Preprocessing none(int channels) {
        if (channels == 1) {
            return new Preprocessing(List.of(0.0), List.of(1.0), 1, ChannelOrder.RGB);
        }
        return new Preprocessing(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), 1, ChannelOrder.RGB);
    }

    /** Channels of the model's input, 1 or 3. */
    public int channels() {
        return mean.size();
    }

    /** The picture cropped, resized to the model's input and with as many channels as it has; still RGB, 0..255. */
    public Picture fit(Picture picture, int width, int height) {
        // Of the two proportions the smaller one is what fits into the picture.
        double scale = crop * Math.min((double) picture.width() / width, (double) picture.height() / height);
        int cropWidth = Math.clamp(Math.round(scale * width), 1, picture.width());
        int cropHeight = Math.clamp(Math.round(scale * height), 1, picture.height());
        Picture cropped = picture.crop(
                (picture.width() - cropWidth) / 2, (picture.height() - cropHeight) / 2, cropWidth, cropHeight);
        return Resize.triangle(cropped.withChannels(channels()), width, height);
    }

    /**
     * Writes the model's input in 8 bits, not normalised: HWC, unsigned, {@code height × width × channels} bytes.
     *
     * @param offset in bytes
     */
    public void toBytes(Picture picture, int width, int height, MemorySegment target, long offset) {
        Picture fitted = fit(picture, width, height);
        byte[] samples = fitted.array();
        if (order == ChannelOrder.BGR && channels() == 3) {
            samples = samples.clone();
            for (int i = 0; i < samples.length; i += 3) {
                byte red = samples[i];
                samples[i] = samples[i + 2];
                samples[i + 2] = red;
            }
        }
        MemorySegment.copy(samples, 0, target, ValueLayout.JAVA_BYTE, offset, samples.length);
    }

    /**
     * Writes the model's input normalised: CHW, {@code channels × height × width} floats in native byte order.
     *
     * @param offset in bytes
     */
    public void toFloats(Picture picture, int width, int height, MemorySegment target, long offset) {
        Picture fitted = fit(picture, width, height);
        byte[] samples = fitted.array();
        int channels = channels();
        float[] plane = new float[width * height];
        for (int c = 0; c < channels; c++) {
            float[] normalised = normalised(c);
            int source = order == ChannelOrder.BGR ? channels - 1 - c : c;
            for (int i = 0; i < plane.length; i++) {
                plane[i] = normalised[samples[i * channels + source] & 0xff];
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
