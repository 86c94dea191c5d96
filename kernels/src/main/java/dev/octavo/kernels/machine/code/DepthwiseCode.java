package dev.octavo.kernels.machine.code;

import dev.octavo.kernels.machine.work.ChannelBlock;

/** The variants of a depthwise convolution of bytes. */
public interface DepthwiseCode {
    /**
     * Adds a variant for parts of rows of a block and returns its number.
     *
     * @param block its first channel does not matter
     * @param width pixels of a row's part
     */
    int variant(ChannelBlock block, int width);

    /** Returns how the taps are gone through, for the kernel's name. */
    String manner();
}
