package dev.octavo.tools.distill;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import dev.octavo.tools.simulate.NodeSession;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * A convolution or a fully connected layer on the kernels. Backward it is the convolution of the gradient, spread by the
 * strides, with the weights turned around and their channels exchanged.
 */
final class LayerStep implements Step {
    private final NodeSession forward;
    private final NodeSession backward;
    private final Spread spread;
    private final float[] spreadGradient;
    private final float[] inputGradient;

    private LayerStep(NodeSession forward, NodeSession backward, Spread spread, int inputs) {
        this.forward = forward;
        this.backward = backward;
        this.spread = spread;
        this.spreadGradient = new float[spread.size()];
        this.inputGradient = new float[inputs];
    }

    static LayerStep of(Graph graph, Node node, Op.Layer layer, int images, int threads) {
        if (node.inputs().size() > 1 || !layer.clamp().none()) {
            throw new GraphException("layer '" + node.name() + "' has an activation or a residual fused");
        }
        int[] input = graph.shape(node.input());
        int[] output = graph.shape(node.output());
        Spread spread = Spread.of(layer, images, input, output);
        Op adjoint = layer instanceof Op.Convolution convolution
                ? convolution(convolution)
                : new Op.Linear(adjointWeights(layer), FloatTensor.zeros(input[1]), Clamp.NONE);
        Node adjointNode = new Node("adjoint", adjoint, List.of("gradient"), "result");
        Graph adjointGraph = Graph.create("adjoint")
                .batchable(true)
                .input("gradient", spread.shape(input.length))
                .node(adjointNode, input)
                .output("result")
                .build();
        NodeSession forward = NodeSession.of(graph, node, images, threads);
        NodeSession backward = NodeSession.of(adjointGraph, adjointNode, images, threads);
        return new LayerStep(
                forward, backward, spread, images * Arrays.stream(input).reduce(1, (a, b) -> a * b));
    }

    private static Op convolution(Op.Convolution layer) {
        ConvolutionShape shape = layer.window().shape().withStride(1, 1);
        return new Op.Convolution(
                Window.of(shape),
                adjointWeights(layer),
                FloatTensor.zeros(layer.inputsPerGroup() * layer.groups()),
                Clamp.NONE);
    }

    /** [C][O / groups][taps in reverse]. */
    private static FloatTensor adjointWeights(Op.Layer layer) {
        int groups = layer.groups();
        int inputs = layer.inputsPerGroup();
        int outputs = layer.outputs() / groups;
        int taps = layer.taps();
        float[] adjoint = new float[layer.weights().elements()];
        for (int o = 0; o < layer.outputs(); o++) {
            for (int i = 0; i < inputs; i++) {
                int to = ((o / outputs * inputs + i) * outputs + o % outputs) * taps;
                int from = (o * inputs + i) * taps;
                for (int tap = 0; tap < taps; tap++) {
                    adjoint[to + taps - 1 - tap] = layer.weights().at(from + tap);
                }
            }
        }
        int[] shape = layer.weights().shape();
        shape[0] = groups * inputs;
        shape[1] = outputs;
        return FloatTensor.of(shape, adjoint);
    }

    @Override
    public void forward(float[][] inputs, float[] output) {
        forward.run(List.of(MemorySegment.ofArray(inputs[0])), MemorySegment.ofArray(output));
    }

    @Override
    public void backward(float[][] inputs, float[] gradient, float[][] inputGradients) {
        float[] wanted = inputGradients[0];
        float[] operand = spread.same() ? gradient : spreadGradient;
        if (!spread.same()) {
            spread.copy(gradient, spreadGradient);
        }
        backward.run(List.of(MemorySegment.ofArray(operand)), MemorySegment.ofArray(inputGradient));
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] += inputGradient[i];
        }
    }

    @Override
    public void close() {
        forward.close();
        backward.close();
    }

    /**
     * Where the gradient of each output stands among zeros, so that a window without strides and padding that moves over all
     * of it ends once at every input.
     */
    private record Spread(
            int images,
            int channels,
            int outputHeight,
            int outputWidth,
            int height,
            int width,
            int strideHeight,
            int strideWidth,
            int top,
            int left) {
        static Spread of(Op.Layer layer, int images, int[] input, int[] output) {
            boolean flat = input.length < 4;
            int rows = flat ? 1 : input[2];
            int columns = input.length < 3 ? 1 : input[input.length - 1];
            int outputRows = flat ? 1 : output[2];
            int outputColumns = output.length < 3 ? 1 : output[output.length - 1];
            if (!(layer instanceof Op.Convolution convolution)) {
                return new Spread(images, output[1], outputRows, outputColumns, rows, columns, 1, 1, 0, 0);
            }
            Window window = convolution.window();
            ConvolutionShape shape = window.shape();
            return new Spread(
                    images,
                    output[1],
                    outputRows,
                    outputColumns,
                    rows + shape.extentHeight() - 1,
                    columns + shape.extentWidth() - 1,
                    shape.strideHeight(),
                    shape.strideWidth(),
                    shape.extentHeight() - 1 - window.padTop(),
                    shape.extentWidth() - 1 - window.padLeft());
        }

        int size() {
            return images * channels * height * width;
        }

        int[] shape(int rank) {
            return switch (rank) {
                case 2 -> new int[] {1, channels};
                case 3 -> new int[] {1, channels, width};
                default -> new int[] {1, channels, height, width};
            };
        }

        boolean same() {
            return height == outputHeight
                    && width == outputWidth
                    && strideHeight == 1
                    && strideWidth == 1
                    && top == 0
                    && left == 0;
        }

        /** Zeros in between are those of the target, which nothing else writes. */
        void copy(float[] gradient, float[] target) {
            for (int n = 0; n < images; n++) {
                for (int y = 0; y < outputHeight; y++) {
                    int row = y * strideHeight + top;
                    for (int x = 0; x < outputWidth && row >= 0 && row < height; x++) {
                        int column = x * strideWidth + left;
                        if (column >= 0 && column < width) {
                            System.arraycopy(
                                    gradient,
                                    ((n * outputHeight + y) * outputWidth + x) * channels,
                                    target,
                                    ((n * height + row) * width + column) * channels,
                                    channels);
                        }
                    }
                }
            }
        }
    }
}
