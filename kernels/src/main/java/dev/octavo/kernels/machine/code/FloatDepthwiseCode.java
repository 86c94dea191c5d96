package dev.octavo.kernels.machine.code;

import dev.octavo.kernels.machine.work.PixelGrid.Region;

/** The variants of a depthwise convolution of floats, which go through all channels. */
public interface FloatDepthwiseCode {
    /** Adds a variant for the lines of a region and returns its number. */
    int variant(Region region);

    /** Returns the most pixels of a tile. */
    int pixels();
}
