package dev.octavo.kernels;

/** What happens to the int32 accumulators of a convolution before they are stored. */
public sealed interface Epilogue permits Requantization, Activation, Rescaling {
    /** Returns how many scales there are: 1, or the number of output channels. */
    int scaleCount();

    /** Returns what the accumulators of an output channel, from 0, are multiplied by. */
    float scale(int channel);

    /**
     * Checks that results fit.
     *
     * @param residual whether a residual is added
     * @throws IllegalArgumentException if they do not
     */
    void check(TensorView output, boolean residual);
}
