package dev.octavo.tools.distill;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Pooling;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import java.util.stream.IntStream;

/** Pooling of windows, or of all positions. Backward a maximum belongs to the first element that has it. */
final class PoolStep implements Step {
    private final boolean maximum;
    private final boolean countPadding;
    private final Window window;
    private final int images;
    private final int channels;
    private final int height;
    private final int width;
    private final int outputHeight;
    private final int outputWidth;

    private PoolStep(
            Pooling.Kind kind,
            boolean countPadding,
            Window window,
            int images,
            int[] input,
            int outputHeight,
            int outputWidth) {
        this.maximum = kind == Pooling.Kind.MAX;
        this.countPadding = countPadding;
        this.window = window;
        this.images = images;
        this.channels = input[1];
        this.height = height(input);
        this.width = input[input.length - 1];
        this.outputHeight = outputHeight;
        this.outputWidth = outputWidth;
    }

    static PoolStep of(Graph graph, Node node, Op.Pool pool, int images) {
        int[] output = graph.shape(node.output());
        return new PoolStep(
                pool.kindOfPool(),
                pool.countPadding(),
                pool.window(),
                images,
                graph.shape(node.input()),
                height(output),
                output[output.length - 1]);
    }

    static PoolStep of(Graph graph, Node node, Op.GlobalPool pool, int images) {
        int[] input = graph.shape(node.input());
        return new PoolStep(
                pool.kindOfPool(),
                false,
                Window.of(ConvolutionShape.of(height(input), input[input.length - 1])),
                images,
                input,
                1,
                1);
    }

    private static int height(int[] shape) {
        return shape.length > 3 ? shape[2] : 1;
    }

    @Override
    public void forward(float[][] inputs, float[] output) {
        everyOutput((image, y, x, at) -> {
            float divisor = divisor(y, x);
            for (int c = 0; c < channels; c++) {
                output[at + c] = maximum
                        ? inputs[0][greatest(inputs[0], image, y, x, c)]
                        : sum(inputs[0], image, y, x, c) / divisor;
            }
        });
    }

    @Override
    public void backward(float[][] inputs, float[] gradient, float[][] inputGradients) {
        float[] wanted = inputGradients[0];
        everyOutput((image, y, x, at) -> {
            float divisor = divisor(y, x);
            for (int c = 0; c < channels; c++) {
                if (maximum) {
                    wanted[greatest(inputs[0], image, y, x, c)] += gradient[at + c];
                } else {
                    int channel = c;
                    float share = gradient[at + c] / divisor;
                    everyTap(y, x, (row, column) -> wanted[element(image, row, column, channel)] += share);
                }
            }
        });
    }

    @FunctionalInterface
    private interface Output {
        void accept(int image, int y, int x, int at);
    }

    @FunctionalInterface
    private interface Tap {
        void accept(int row, int column);
    }

    /** Images share no element, so that they may run side by side. */
    private void everyOutput(Output action) {
        IntStream.range(0, images).parallel().forEach(n -> {
            for (int y = 0; y < outputHeight; y++) {
                for (int x = 0; x < outputWidth; x++) {
                    action.accept(n, y, x, ((n * outputHeight + y) * outputWidth + x) * channels);
                }
            }
        });
    }

    private void everyTap(int y, int x, Tap action) {
        ConvolutionShape shape = window.shape();
        for (int i = 0; i < shape.kernelHeight(); i++) {
            int row = y * shape.strideHeight() + i * shape.dilationHeight() - window.padTop();
            for (int j = 0; j < shape.kernelWidth() && row >= 0 && row < height; j++) {
                int column = x * shape.strideWidth() + j * shape.dilationWidth() - window.padLeft();
                if (column >= 0 && column < width) {
                    action.accept(row, column);
                }
            }
        }
    }

    private float divisor(int y, int x) {
        if (countPadding) {
            return window.shape().taps();
        }
        int[] valid = new int[1];
        everyTap(y, x, (row, column) -> valid[0]++);
        return valid[0];
    }

    private float sum(float[] input, int image, int y, int x, int channel) {
        float[] sum = new float[1];
        everyTap(y, x, (row, column) -> sum[0] += input[element(image, row, column, channel)]);
        return sum[0];
    }

    private int greatest(float[] input, int image, int y, int x, int channel) {
        int[] greatest = {-1};
        everyTap(y, x, (row, column) -> {
            int element = element(image, row, column, channel);
            if (greatest[0] < 0 || input[element] > input[greatest[0]]) {
                greatest[0] = element;
            }
        });
        return greatest[0];
    }

    private int element(int image, int row, int column, int channel) {
        return ((image * height + row) * width + column) * channels + channel;
    }
}
