package dev.octavo.server.repository;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Tensor;
import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.tools.tasks.PictureInput;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.PictureException;
import dev.octavo.tools.vision.PictureReader;
import dev.octavo.tools.vision.Placement;
import dev.octavo.tools.vision.Preprocessing;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Turns encoded pictures of any size into the input of a model that takes one picture. */
public final class PictureInputs {
    private final String name;
    private final PictureInput input;
    private final Preprocessing preprocessing;

    private PictureInputs(String name, PictureInput input, Preprocessing preprocessing) {
        this.name = name;
        this.input = input;
        this.preprocessing = preprocessing;
    }

    /**
     * Returns how pictures go into a model; empty if its only input is none of 1 or 3 channels.
     *
     * @param mean per channel instead of the model's; empty for the model's
     * @param std per channel instead of the model's; empty for the model's
     * @param crop instead of the model's
     * @throws IllegalArgumentException if they are nonsense
     */
    public static Optional<PictureInputs> of(Model model, List<Float> mean, List<Float> std, Optional<Float> crop) {
        PictureInput input;
        try {
            input = PictureInput.of(model);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        var known = model.preprocessing();
        int channels = input.channels();
        Preprocessing preprocessing = new Preprocessing(
                spread(mean.isEmpty() ? known.mean() : mean, channels, 0),
                spread(std.isEmpty() ? known.std() : std, channels, 1),
                crop.orElse(known.crop()),
                known.channels(),
                known.fit(),
                known.fill().stream().map(Float::doubleValue).toList());
        return Optional.of(new PictureInputs(model.inputs().getFirst().name(), input, preprocessing));
    }

    private static List<Double> spread(List<Float> values, int channels, double missing) {
        if (values.size() == channels) {
            return values.stream().map(Float::doubleValue).toList();
        }
        return Collections.nCopies(channels, values.size() == 1 ? (double) values.getFirst() : missing);
    }

    /** Returns the name of the input. */
    public String name() {
        return name;
    }

    /** Returns the form of the input. */
    public PictureInput input() {
        return input;
    }

    /** Returns where a picture goes in the input. */
    public Placement placement(Picture picture) {
        return preprocessing.placement(picture.width(), picture.height(), input.width(), input.height());
    }

    /**
     * Decodes a picture, the right way up.
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
        int[] shape = input.shape();
        shape[0] = pictures.size();
        long elements = 1;
        for (int size : shape) {
            elements = Math.multiplyExact(elements, (long) size);
        }
        int bytes =
                Math.toIntExact(Math.multiplyExact(elements, (long) input.type().bytes()));
        MemorySegment segment = MemorySegment.ofArray(new byte[bytes]);
        long row = segment.byteSize() / pictures.size();
        for (int i = 0; i < pictures.size(); i++) {
            if (input.type() == ElementType.UINT8) {
                preprocessing.toBytes(pictures.get(i), input.width(), input.height(), segment, i * row);
            } else {
                preprocessing.toFloats(pictures.get(i), input.width(), input.height(), segment, i * row);
            }
        }
        return Tensor.wrap(input.type(), segment, shape);
    }
}
