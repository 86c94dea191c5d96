package dev.octavo.kernels.machine.code;

import dev.octavo.kernels.machine.packing.PackedConvolution.Block;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.PixelGrid.Region;

/** The variants of a dense convolution, of bytes or of floats. */
public interface ConvolutionCode {
    /** Bytes that a prefetch brings. */
    int CACHE_LINE_BYTES = 64;

    /**
     * Adds a variant for the lines of a region and returns its number.
     *
     * @param block channels of its tiles; its first channel does not matter
     * @param ahead bytes of later weights that a step prefetches, at most {@link #CACHE_LINE_BYTES} rounded up to whole lines
     */
    int variant(ChannelBlock block, Region region, int ahead);

    /** Returns whether {@link #table} depends on the block, and not on its shape alone. */
    boolean tablesDifferByBlock();

    /**
     * Writes where the inputs of a region's windows lie, for items of a block, and returns the address, or 0 if the code of the
     * region's variant does not need it.
     */
    long table(Block block, Region region);

    /** Returns how many of a tile's last steps do not prefetch. */
    int lastSteps();

    /** Returns what the code depends on apart from its variants: equal for codes that write the same for equal variants. */
    Object key();
}
