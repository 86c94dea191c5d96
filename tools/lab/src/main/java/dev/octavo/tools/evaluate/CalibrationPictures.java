package dev.octavo.tools.evaluate;

import dev.octavo.tools.data.PictureSet;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.simulate.ImageSource;
import dev.octavo.tools.statistics.InputEncoding;
import dev.octavo.tools.vision.Preprocessing;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Pictures of a data set as a network sees them. */
public final class CalibrationPictures implements ImageSource {
    private static final long PIXELS_AT_ONCE = 32L * 224 * 224;
    private static final int LARGEST_BATCH = 128;

    private final PictureSet pictures;
    private final Preprocessing preprocessing;
    private final int count;

    /**
     * Some pictures of a set, evenly spread.
     *
     * @param count at most, at least 1
     */
    public CalibrationPictures(PictureSet pictures, Preprocessing preprocessing, int count) {
        this.pictures = pictures;
        this.preprocessing = preprocessing;
        this.count = Math.min(count, pictures.size());
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public Stream<FloatBatch> batches(int[] shape, InputEncoding encoding) {
        long pixels = (long) shape[2] * shape[3];
        int size = Math.min(count, Math.clamp(PIXELS_AT_ONCE / pixels, 1, LARGEST_BATCH));
        return IntStream.iterate(0, from -> from < count, from -> from + size)
                .mapToObj(from -> batch(from, Math.min(count, from + size), shape, encoding));
    }

    private FloatBatch batch(int from, int to, int[] shape, InputEncoding encoding) {
        int perImage = shape[1] * shape[2] * shape[3];
        float[] values = new float[(to - from) * perImage];
        byte[] bytes = new byte[perImage];
        for (int i = from; i < to; i++) {
            int index = (int) ((long) i * pictures.size() / count);
            preprocessing.toBytes(pictures.picture(index), shape[3], shape[2], MemorySegment.ofArray(bytes), 0);
            for (int at = 0; at < perImage; at++) {
                values[(i - from) * perImage + at] = encoded(bytes[at] & 0xff, at % shape[1], encoding);
            }
        }
        return FloatBatch.of(to - from, shape, values);
    }

    private float encoded(int pixel, int channel, InputEncoding encoding) {
        return switch (encoding) {
            case InputEncoding.Pixels pixels -> pixel - pixels.normalisation().padPixel(channel);
            case InputEncoding.Reals reals ->
                (float) ((pixel - preprocessing.mean().get(channel))
                        / preprocessing.std().get(channel));
        };
    }
}
