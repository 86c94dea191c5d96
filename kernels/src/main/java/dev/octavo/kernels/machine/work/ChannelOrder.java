package dev.octavo.kernels.machine.work;

/** Which channel of a block each 32-bit element of its accumulators holds. */
public enum ChannelOrder {
    /** Element e of accumulator j is channel j · elements + e. */
    NATURAL,
    /**
     * Element e of 128-bit lane l of accumulator j of n is channel 4·n·l + 4·j + e. Packing pairs of accumulators to words and
     * those to bytes works within lanes, and so leaves the channels of each lane in order: all of them where n is four.
     */
    INTERLEAVED,
    /**
     * As {@link #INTERLEAVED} with two accumulators, for two pixels that pack to one vector, of which every lane holds eight
     * channels of each.
     */
    PAIRED;

    /**
     * Returns the channel of an element.
     *
     * @param vectors accumulators of the block
     * @param element 0 to {@code elements − 1}, across lanes
     * @param elements 32-bit elements of a vector
     */
    public int channel(int vectors, int accumulator, int element, int elements) {
        return switch (this) {
            case NATURAL -> accumulator * elements + element;
            case PAIRED, INTERLEAVED -> element / 4 * 4 * vectors + accumulator * 4 + element % 4;
        };
    }
}
