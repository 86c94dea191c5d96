package dev.octavo.tools.distill;

/** A node of a graph for some images, forward and backward. All arrays have their channels last. */
interface Step extends AutoCloseable {
    /**
     * Computes the output.
     *
     * @param inputs in the order of the node's
     */
    void forward(float[][] inputs, float[] output);

    /**
     * Adds what the gradient of the output makes of the gradients of the inputs.
     *
     * @param inputs of the last forward run
     * @param gradient of the output
     * @param inputGradients to add to, in the order of the node's inputs
     */
    void backward(float[][] inputs, float[] gradient, float[][] inputGradients);

    @Override
    default void close() {}
}
