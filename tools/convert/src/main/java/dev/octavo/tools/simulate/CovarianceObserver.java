package dev.octavo.tools.simulate;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.quantize.InputCovariance;
import java.util.Random;
import java.util.stream.IntStream;

/** Estimates the covariance of what one output of a layer sums, from random positions of its input. */
final class CovarianceObserver {
    private static final int LARGEST_DENSE = 2304;
    private static final int LARGEST_BLOCK = 1152;
    private static final int LEAST_ROWS = 512;
    private static final int MOST_ROWS = 2048;
    private static final int LEAST_FOR_KERNELS = 32;

    private final FloatBatch input;
    private final int[] offsets;
    private final int[] tapRows;
    private final int[] tapColumns;
    private final int height;
    private final int width;
    private final Window window;
    private final int rows;

    private CovarianceObserver(Op.Layer layer, FloatBatch input, int blockSize, long seed) {
        this.input = input;
        int[] shape = input.shape();
        height = shape.length > 3 ? shape[2] : 1;
        width = shape.length > 2 ? shape[shape.length - 1] : 1;
        window = layer instanceof Op.Convolution convolution
                ? convolution.window()
                : Window.of(ConvolutionShape.of(1, 1));
        ConvolutionShape taps = window.shape();
        tapRows = IntStream.range(0, taps.taps())
                .map(tap -> tap / taps.kernelWidth() * taps.dilationHeight() - window.padTop())
                .toArray();
        tapColumns = IntStream.range(0, taps.taps())
                .map(tap -> tap % taps.kernelWidth() * taps.dilationWidth() - window.padLeft())
                .toArray();
        int positions = input.images() * window.outputHeight(height) * window.outputWidth(width);
        rows = Math.min(positions, Math.clamp(4L * blockSize, LEAST_ROWS, MOST_ROWS));
        offsets = new int[rows];
        Random random = new Random(seed);
        for (int i = 0; i < rows; i++) {
            // One random position of each of as many equal parts.
            offsets[i] = (int) (((long) i * positions + (long) (random.nextDouble() * positions)) / rows);
        }
    }

    static InputCovariance of(Op.Layer layer, FloatBatch input, long seed) {
        int size = blockSize(layer);
        CovarianceObserver observer = new CovarianceObserver(layer, input, size, seed);
        int perGroup = layer.inputsPerGroup() * layer.taps() / size;
        float[][] blocks = IntStream.range(0, layer.groups() * perGroup)
                .parallel()
                .mapToObj(block -> observer.block(block * (size / layer.taps()), size))
                .toArray(float[][]::new);
        return new InputCovariance(size, blocks);
    }

    /** Whole input channels of one group, all of them unless they are too many. */
    private static int blockSize(Op.Layer layer) {
        int taps = layer.taps();
        int kernels = layer.inputsPerGroup();
        if (kernels * taps <= LARGEST_DENSE) {
            return kernels * taps;
        }
        int most = Math.max(1, LARGEST_BLOCK / taps);
        int divisor = IntStream.rangeClosed(1, most)
                .filter(n -> kernels % n == 0)
                .max()
                .orElse(1);
        return divisor * taps;
    }

    /** The covariance of all taps of some input channels from the first one on. */
    private float[] block(int firstChannel, int size) {
        float[] columns = new float[size * rows];
        for (int row = 0; row < rows; row++) {
            gather(offsets[row], firstChannel, columns, row, size);
        }
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int at = i * rows; at < (i + 1) * rows; at++) {
                sum += columns[at];
            }
            float mean = (float) (sum / rows);
            for (int at = i * rows; at < (i + 1) * rows; at++) {
                columns[at] -= mean;
            }
        }
        float[] products = size < LEAST_FOR_KERNELS ? products(columns, size) : NodeRun.products(columns, size, rows);
        float[] covariance = new float[products.length];
        for (int i = 0; i < covariance.length; i++) {
            covariance[i] = products[i] / rows;
        }
        return covariance;
    }

    private void gather(int position, int firstChannel, float[] columns, int row, int size) {
        int outputWidth = window.outputWidth(width);
        int outputs = window.outputHeight(height) * outputWidth;
        int image = position / outputs;
        int top = position % outputs / outputWidth * window.shape().strideHeight();
        int left = position % outputWidth * window.shape().strideWidth();
        int taps = tapRows.length;
        for (int tap = 0; tap < taps; tap++) {
            int y = top + tapRows[tap];
            int x = left + tapColumns[tap];
            if (y < 0 || y >= height || x < 0 || x >= width) {
                continue;
            }
            int from = ((image * height + y) * width + x) * input.channels() + firstChannel;
            for (int i = tap, c = from; i < size; i += taps, c++) {
                columns[i * rows + row] = input.values()[c];
            }
        }
    }

    /** Sums of the products of all pairs of columns. */
    private float[] products(float[] columns, int size) {
        float[] products = new float[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = i; j < size; j++) {
                float sum = 0;
                for (int row = 0; row < rows; row++) {
                    sum += columns[i * rows + row] * columns[j * rows + row];
                }
                products[i * size + j] = sum;
                products[j * size + i] = sum;
            }
        }
        return products;
    }
}
