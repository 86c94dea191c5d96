package dev.octavo.benchmarks.models;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Carries a few synthetic images through a network layer by layer, so that running statistics can be those of real
 * activations. Feature maps are float [row][column][channel], one array per image, and are dropped after their last reader.
 * It stops at the last batch normalization, behind which nobody needs statistics.
 */
final class Propagation {
    /** Mean and biased variance per channel. */
    record Statistics(float[] mean, float[] variance) {}

    private static final int IMAGES = 4;
    private static final int PIXELS_AT_ONCE = 4;

    private final Network network;
    private final Map<Integer, float[][]> values = new HashMap<>();
    private final int[] lastReader;
    private final int lastNormalization;

    Propagation(Network network, RandomGenerator random) {
        this.network = network;
        this.lastReader = new int[network.layers().size() + 1];
        int last = -1;
        for (int i = 0; i < network.layers().size(); i++) {
            for (int input : network.layers().get(i).inputs()) {
                lastReader[input] = i;
            }
            if (network.layers().get(i) instanceof Layer.BatchNormalization) {
                last = i;
            }
        }
        this.lastNormalization = last;
        float[][] images = new float[IMAGES][];
        for (int n = 0; n < IMAGES; n++) {
            images[n] = SyntheticImage.draw(network.input(), random);
        }
        values.put(0, images);
    }

    private float[][] value(int number) {
        float[][] found = values.get(number);
        if (found == null) {
            throw new IllegalStateException("value " + number + " was not computed or is gone");
        }
        return found;
    }

    private void finish(int index, float[][] output) {
        for (int input : network.layers().get(index).inputs()) {
            if (lastReader[input] == index) {
                values.remove(input);
            }
        }
        values.put(index + 1, output);
    }

    /** Runs a convolution; weights are [O][C / groups][row][column]. Biases are not supported: none is normalized. */
    void convolution(int index, Layer.Convolution c, float[] weights) {
        if (index > lastNormalization) {
            return;
        }
        if (c.biased() || (c.groups() != 1 && c.groups() != c.from().channels())) {
            throw new IllegalArgumentException("only dense and depthwise convolutions without bias are propagated");
        }
        float[][] inputs = value(c.input());
        float[][] outputs = new float[IMAGES][];
        float[] packed = tapMajor(c, weights);
        IntStream.range(0, IMAGES).parallel().forEach(n -> {
            float[] padded = pad(inputs[n], c.from(), c.before(), c.after());
            outputs[n] = c.groups() == 1 ? dense(c, padded, packed) : depthwise(c, padded, packed);
        });
        finish(index, outputs);
    }

    /** From [O][I][taps] to [taps][I][O]. */
    private static float[] tapMajor(Layer.Convolution c, float[] weights) {
        int out = c.output().channels();
        int in = c.from().channels() / c.groups();
        int taps = c.kernel() * c.kernel();
        float[] packed = new float[weights.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int t = 0; t < taps; t++) {
                    packed[(t * in + i) * out + o] = weights[(o * in + i) * taps + t];
                }
            }
        }
        return packed;
    }

    private static float[] pad(float[] x, Shape shape, int before, int after) {
        if (before == 0 && after == 0) {
            return x;
        }
        int channels = shape.channels();
        int width = shape.width() + before + after;
        float[] padded = new float[(shape.height() + before + after) * width * channels];
        for (int row = 0; row < shape.height(); row++) {
            int to = ((row + before) * width + before) * channels;
            System.arraycopy(x, row * shape.width() * channels, padded, to, shape.width() * channels);
        }
        return padded;
    }

    private static float[] dense(Layer.Convolution c, float[] x, float[] weights) {
        int in = c.from().channels();
        int out = c.output().channels();
        int width = c.from().width() + c.before() + c.after();
        float[] y = new float[c.output().elements()];
        float[][] sums = new float[PIXELS_AT_ONCE][out];
        int[] origins = new int[PIXELS_AT_ONCE];
        int pixels = c.output().pixels();
        for (int first = 0; first < pixels; first += PIXELS_AT_ONCE) {
            for (int p = 0; p < PIXELS_AT_ONCE; p++) {
                // A pixel beyond the last is computed as the last one, and not stored.
                int pixel = Math.min(first + p, pixels - 1);
                int row = pixel / c.output().width();
                int column = pixel % c.output().width();
                origins[p] = (row * c.stride() * width + column * c.stride()) * in;
                Arrays.fill(sums[p], 0);
            }
            for (int tap = 0; tap < c.kernel() * c.kernel(); tap++) {
                int step = (tap / c.kernel() * width + tap % c.kernel()) * in;
                accumulate(sums, x, origins, step, in, weights, tap * in * out);
            }
            for (int p = 0; p < PIXELS_AT_ONCE && first + p < pixels; p++) {
                System.arraycopy(sums[p], 0, y, (first + p) * out, out);
            }
        }
        return y;
    }

    private static void accumulate(
            float[][] sums, float[] x, int[] origins, int step, int in, float[] weights, int weight) {
        float[] s0 = sums[0];
        float[] s1 = sums[1];
        float[] s2 = sums[2];
        float[] s3 = sums[3];
        int out = s0.length;
        for (int i = 0; i < in; i++) {
            float x0 = x[origins[0] + step + i];
            float x1 = x[origins[1] + step + i];
            float x2 = x[origins[2] + step + i];
            float x3 = x[origins[3] + step + i];
            int row = weight + i * out;
            for (int o = 0; o < out; o++) {
                float w = weights[row + o];
                s0[o] += x0 * w;
                s1[o] += x1 * w;
                s2[o] += x2 * w;
                s3[o] += x3 * w;
            }
        }
    }

    private static float[] depthwise(Layer.Convolution c, float[] x, float[] weights) {
        int channels = c.from().channels();
        int width = c.from().width() + c.before() + c.after();
        float[] y = new float[c.output().elements()];
        float[] sums = new float[channels];
        for (int pixel = 0; pixel < c.output().pixels(); pixel++) {
            int row = pixel / c.output().width();
            int column = pixel % c.output().width();
            int origin = (row * c.stride() * width + column * c.stride()) * channels;
            Arrays.fill(sums, 0);
            for (int tap = 0; tap < c.kernel() * c.kernel(); tap++) {
                int from = origin + (tap / c.kernel() * width + tap % c.kernel()) * channels;
                for (int i = 0; i < channels; i++) {
                    sums[i] += x[from + i] * weights[tap * channels + i];
                }
            }
            System.arraycopy(sums, 0, y, pixel * channels, channels);
        }
        return y;
    }

    /** Measures the statistics of the input, and normalizes it with them. */
    Statistics batchNormalization(int index, Layer.BatchNormalization b, float[] gamma, float[] beta, float epsilon) {
        float[][] inputs = value(b.input());
        int channels = b.output().channels();
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        for (float[] x : inputs) {
            for (int i = 0; i < x.length; i += channels) {
                for (int c = 0; c < channels; c++) {
                    sum[c] += x[i + c];
                    squares[c] += (double) x[i + c] * x[i + c];
                }
            }
        }
        double count = (double) IMAGES * b.output().pixels();
        float[] mean = new float[channels];
        float[] variance = new float[channels];
        float[] slope = new float[channels];
        for (int c = 0; c < channels; c++) {
            double m = sum[c] / count;
            mean[c] = (float) m;
            variance[c] = (float) Math.max(0, squares[c] / count - m * m);
            slope[c] = gamma[c] / (float) Math.sqrt(variance[c] + epsilon);
        }
        float[][] outputs = new float[IMAGES][];
        for (int n = 0; n < IMAGES; n++) {
            float[] y = new float[inputs[n].length];
            for (int i = 0; i < y.length; i++) {
                int c = i % channels;
                y[i] = (inputs[n][i] - mean[c]) * slope[c] + beta[c];
            }
            outputs[n] = y;
        }
        finish(index, outputs);
        return new Statistics(mean, variance);
    }

    /** Runs a layer without parameters. */
    void structural(int index, Layer layer) {
        if (index > lastNormalization) {
            return;
        }
        float[][] outputs = new float[IMAGES][];
        for (int n = 0; n < IMAGES; n++) {
            int image = n;
            List<float[]> inputs =
                    layer.inputs().stream().map(v -> value(v)[image]).toList();
            outputs[n] = run(layer, inputs);
        }
        finish(index, outputs);
    }

    private float[] run(Layer layer, List<float[]> inputs) {
        float[] x = inputs.getFirst();
        return switch (layer) {
            case Layer.Rectifier r -> map(x.length, i -> Math.clamp(x[i], 0, r.limit()));
            case Layer.Add a -> map(x.length, i -> x[i] + inputs.get(1)[i]);
            case Layer.Concat c -> concat(c, inputs);
            case Layer.Pool p -> pool(p, x);
            default -> throw new IllegalStateException(layer + " has no batch normalization behind it");
        };
    }

    private interface Element {
        float at(int index);
    }

    private static float[] map(int length, Element element) {
        float[] y = new float[length];
        for (int i = 0; i < length; i++) {
            y[i] = element.at(i);
        }
        return y;
    }

    private float[] concat(Layer.Concat layer, List<float[]> inputs) {
        float[] y = new float[layer.output().elements()];
        int all = layer.output().channels();
        int offset = 0;
        for (int i = 0; i < inputs.size(); i++) {
            int channels = network.shape(layer.inputs().get(i)).channels();
            for (int pixel = 0; pixel < layer.output().pixels(); pixel++) {
                System.arraycopy(inputs.get(i), pixel * channels, y, pixel * all + offset, channels);
            }
            offset += channels;
        }
        return y;
    }

    private static float[] pool(Layer.Pool p, float[] x) {
        int channels = p.output().channels();
        float[] y = new float[p.output().elements()];
        for (int pixel = 0; pixel < p.output().pixels(); pixel++) {
            int top = pixel / p.output().width() * p.stride() - p.padding();
            int left = pixel % p.output().width() * p.stride() - p.padding();
            for (int c = 0; c < channels; c++) {
                float sum = 0;
                float most = Float.NEGATIVE_INFINITY;
                int count = 0;
                for (int row = Math.max(0, top);
                        row < Math.min(top + p.kernel(), p.from().height());
                        row++) {
                    for (int column = Math.max(0, left);
                            column < Math.min(left + p.kernel(), p.from().width());
                            column++) {
                        float v = x[(row * p.from().width() + column) * channels + c];
                        sum += v;
                        most = Math.max(most, v);
                        count++;
                    }
                }
                y[pixel * channels + c] = p.maximum() ? most : sum / count;
            }
        }
        return y;
    }
}
