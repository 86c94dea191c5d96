package dev.octavo.tools.simulate;

import dev.octavo.tools.draw.DrawnInputs;
import dev.octavo.tools.draw.DrawnPictures;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.HashMap;
import java.util.Map;

/** Drawn inputs in the form in which a graph takes them. The same seed always gives the same inputs. */
public final class DrawnBatches {
    private final long seed;

    /** With a seed. */
    public DrawnBatches(long seed) {
        this.seed = seed;
    }

    /** Returns the inputs of a graph by name, for the first so many images. */
    public Map<String, FloatBatch> inputs(Graph graph, InputEncoding encoding, int images) {
        return inputs(graph, encoding, 0, images);
    }

    /** Returns the inputs of a graph by name, for some images from one on. */
    public Map<String, FloatBatch> inputs(Graph graph, InputEncoding encoding, int first, int images) {
        Map<String, FloatBatch> inputs = new HashMap<>();
        for (int i = 0; i < graph.inputs().size(); i++) {
            String name = graph.inputs().get(i);
            inputs.put(name, batch(graph.shape(name), encoding, seed + i, first, images));
        }
        return inputs;
    }

    private static FloatBatch batch(int[] shape, InputEncoding encoding, long seed, int first, int images) {
        int channels = shape.length > 1 ? shape[1] : 1;
        int width = shape.length > 2 ? shape[shape.length - 1] : 1;
        int height = 1;
        for (int d = 2; d < shape.length - 1; d++) {
            height *= shape[d];
        }
        float[] values = new float[Math.multiplyExact(images, channels * height * width)];
        for (int n = 0; n < images; n++) {
            float[] image = switch (encoding) {
                case InputEncoding.Pixels pixels ->
                    centred(DrawnPictures.of(seed, height, width, channels).picture(first + n), channels, pixels);
                case InputEncoding.Reals(double low, double high, var kind) ->
                    DrawnInputs.of(kind, seed, low, high, height, width, channels)
                            .input(first + n);
            };
            System.arraycopy(image, 0, values, n * image.length, image.length);
        }
        return FloatBatch.of(images, shape, values);
    }

    private static float[] centred(float[] samples, int channels, InputEncoding.Pixels pixels) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] -= pixels.normalisation().padPixel(i % channels);
        }
        return samples;
    }
}
