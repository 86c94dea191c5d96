package dev.octavo.benchmarks.tflite;

import dev.octavo.benchmarks.tflite.FlatGraph.Activation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import org.jspecify.annotations.Nullable;

/** How the tensors and constants of a graph are stored. Tensors are numbers of the graph unless they are said to be Octavo's. */
interface TfliteArithmetic {
    /** A convolution's constants. */
    record Constants(int weights, int bias) {}

    /** Octavo's input {@code image} in the form that convolutions read, computed from the float image {@code from}. */
    int image(int image, int from);

    /** Octavo's quantized tensor, computed from the floats {@code from}. */
    int quantize(int tensor, int from);

    /** Declares Octavo's tensor. */
    int tensor(int tensor);

    /** Declares what a convolution without a residual computes. */
    int result(OperationDefinition definition);

    /** Octavo's output of a convolution, computed from its {@link #result}. */
    int leave(OperationDefinition definition, int result);

    /** Declares a sum that a residual is added to, of the extents of Octavo's tensor. */
    int branch(int tensor);

    /** Declares what a window of Octavo's {@code input} gives, of the extents of Octavo's {@code output}. */
    int sameScale(int output, int input);

    /** Octavo's {@code output}, computed from its {@link #sameScale} form. */
    int rescale(int output, int input, int pooled);

    /** What bounds an operation's results beyond the range of their type. */
    Activation activation(OperationDefinition definition);

    /**
     * Adds a convolution's constants.
     *
     * @param map the shape [C, H, W] that a fully connected layer's input was flattened from, or null
     */
    Constants constants(OperationDefinition definition, int @Nullable [] map);

    /** The shape of a tensor with channels last. */
    static int[] extents(TensorDefinition tensor, int batch) {
        int[] shape = tensor.shape();
        return shape.length == 4 ? new int[] {batch, shape[2], shape[3], shape[1]} : new int[] {batch, shape[1]};
    }
}
