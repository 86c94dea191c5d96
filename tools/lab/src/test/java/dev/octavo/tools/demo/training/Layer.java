package dev.octavo.tools.demo.training;

import java.util.List;

/**
 * A differentiable step. A layer owns the batches that it returns and writes them anew in its next call; it reads the
 * batch given to {@link #forward} again in {@link #backward}.
 */
sealed interface Layer permits Convolution, BatchNorm, Relu, ResidualBlock, GlobalAveragePool, Dense {
    /**
     * The output for {@code input}.
     *
     * @param training whether batch normalization uses the statistics of this batch, and updates the running ones
     */
    Batch forward(Batch input, boolean training);

    /**
     * Adds to the gradients of the parameters, given the gradient of the loss by the output of the last
     * {@code forward(…, true)}; returns the gradient by its input.
     */
    Batch backward(Batch outputGradient);

    /** What training changes, in a fixed order. */
    List<Parameter> parameters();
}
