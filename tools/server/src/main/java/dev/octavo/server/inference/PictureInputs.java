package dev.octavo.server.inference;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.TensorSpec;
import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureException;
import dev.octavo.tools.vision.PictureReader;
import dev.octavo.tools.vision.Preprocessing;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Turns encoded pictures of any size into the input of a model that takes one picture. */
public final class PictureInputs {
    private final TensorSpec spec;
    private final int width;
    private final int height;
    private final Preprocessing preprocessing;

    private PictureInputs(TensorSpec spec, int width, int height, Preprocessing preprocessing) {
        this.spec = spec;
        this.width = width;
        this.height = height;
        this.preprocessing = preprocessing;
    }

    /**
     * Returns how pictures go into a model; empty if its only input is none of 1 or 3 channels.
     *
     * @param mean per channel instead of the model's; empty for the model's
     * @param std per channel instead of the model's; empty for the model's
     * @param crop instead of the model's
     */
    public static Optional<PictureInputs> of(Model model, List<Float> mean, List<Float> std, Optional<Float> crop) {
        if (model.inputs().size() != 1) {
            return Optional.empty();
        }
        TensorSpec spec = model.inputs().getFirst();
        int[] shape = spec.shape(1);
        if (shape.length != 4 || shape[0] != 1) {
            return Optional.empty();
        }
        int channels = spec.picture() ? shape[3] : shape[1];
        if (channels != 1 && channels != 3) {
            return Optional.empty();
        }
        int height = spec.picture() ? shape[1] : shape[2];
        int width = spec.picture() ? shape[2] : shape[3];
        var known = model.preprocessing();
        List<Float> means = mean.isEmpty() ? known.mean() : mean;
        List<Float> stds = std.isEmpty() ? known.std() : std;
        return Optional.of(new PictureInputs(
                spec,
                width,
                height,
                new Preprocessing(
                        spread(means, channels, 0),
                        spread(stds, channels, 1),
                        crop.orElse(known.crop()),
                        known.channels(),
                        known.fit(),
                        known.fill().stream().map(Float::doubleValue).toList())));
    }

    private static List<Double> spread(List<Float> values, int channels, double missing) {
        if (values.size() == channels) {
            return values.stream().map(Float::doubleValue).toList();
        }
        return Collections.nCopies(channels, values.size() == 1 ? (double) values.getFirst() : missing);
    }

    /** Returns the name of the input. */
    public String input() {
        return spec.name();
    }

    /** Returns the width of the model's input, in pixels. */
    public int width() {
        return width;
    }

    /** Returns the height of the model's input, in pixels. */
    public int height() {
        return height;
    }

    /** Returns how pictures are fitted and normalised. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /**
     * Decodes a picture.
     *
     * @param maxPixels more than so many are refused before they are decoded
     * @throws ProtocolException if it is none that can be read, or too large
     */
    public static Picture decode(byte[] file, long maxPixels) {
        try {
            return PictureReader.read(file, "the picture", maxPixels);
        } catch (PictureException e) {
            throw ProtocolException.invalid(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the input of the model for pictures: as many rows. */
    public Tensor tensor(List<Picture> pictures) {
        int[] shape = spec.shape(pictures.size());
        long elements = 1;
        for (int size : shape) {
            elements = Math.multiplyExact(elements, (long) size);
        }
        byte[] bytes = new byte
                [Math.toIntExact(Math.multiplyExact(elements, (long) spec.type().bytes()))];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        long row = segment.byteSize() / pictures.size();
        for (int i = 0; i < pictures.size(); i++) {
            if (spec.picture()) {
                preprocessing.toBytes(pictures.get(i), width, height, segment, i * row);
            } else {
                preprocessing.toFloats(pictures.get(i), width, height, segment, i * row);
            }
        }
        return Tensor.wrap(spec.type(), segment, shape);
    }
}
