package dev.octavo.tools.study;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Tensor;
import dev.octavo.tools.data.DataException;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.vision.Preprocessing;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

/** Labelled pictures, cropped and resized once for all experiments. */
final class StudyPictures {
    private final int[] shape;
    private final byte[][] pixels;
    private final int[] labels;

    private StudyPictures(int[] shape, byte[][] pixels, int[] labels) {
        this.shape = shape;
        this.pixels = pixels;
        this.labels = labels;
    }

    /**
     * Decodes all pictures.
     *
     * @param graph whose only input is a picture, and whose first output has a score for each class
     */
    static StudyPictures of(Graph graph, Preprocessing preprocessing, LabelledData data) {
        int[] shape = graph.shape(graph.inputs().getFirst());
        long classes = IntStream.of(graph.shape(graph.outputs().getFirst()))
                .asLongStream()
                .reduce(1, Math::multiplyExact);
        int[] labels = IntStream.range(0, data.size()).map(data::label).toArray();
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] >= classes) {
                throw new DataException(data.name(i) + ": label " + labels[i] + ", but the model knows only " + classes
                        + " classes, from 0; is this the data set that it was trained on?");
            }
        }
        byte[][] pixels = new byte[data.size()][];
        IntStream.range(0, data.size()).parallel().forEach(i -> {
            Tensor tensor = Tensor.allocate(ElementType.UINT8, 1, shape[2], shape[3], shape[1]);
            preprocessing.toBytes(data.picture(i), shape[3], shape[2], tensor.segment(), 0);
            pixels[i] = tensor.segment().toArray(ValueLayout.JAVA_BYTE);
        });
        return new StudyPictures(shape, pixels, labels);
    }

    int size() {
        return pixels.length;
    }

    int[] labels() {
        return labels;
    }

    /** Pictures as {@code (p − offset_c) / divisor_c}. */
    FloatBatch batch(int first, int count, double[] offset, double[] divisor) {
        int channels = shape[1];
        float[][] table = new float[channels][256];
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < 256; p++) {
                table[c][p] = (float) ((p - offset[c]) / divisor[c]);
            }
        }
        int elements = pixels[first].length;
        float[] values = new float[Math.multiplyExact(count, elements)];
        for (int n = 0; n < count; n++) {
            byte[] picture = pixels[first + n];
            for (int i = 0; i < elements; i++) {
                values[n * elements + i] = table[i % channels][picture[i] & 0xff];
            }
        }
        return FloatBatch.of(count, shape, values);
    }

    /** Interleaved bytes, [1, H, W, C]. */
    Tensor bytes(int index) {
        return Tensor.of(pixels[index], 1, shape[2], shape[3], shape[1]);
    }
}
