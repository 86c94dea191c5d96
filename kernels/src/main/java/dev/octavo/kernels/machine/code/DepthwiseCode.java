package dev.octavo.kernels.machine.code;

import dev.octavo.kernels.machine.work.ChannelBlock;

/** The variants of a depthwise convolution of bytes. */
public interface DepthwiseCode {
    /**
     * Adds a variant for rows of a block and returns its number.
     *
     * @param block its first channel does not matter
     */
    int variant(ChannelBlock block);

    /** Returns how the taps are gone through, for the kernel's name. */
    String manner();
}
