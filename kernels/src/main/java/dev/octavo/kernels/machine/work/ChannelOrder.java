package dev.octavo.kernels.machine.work;

/** Which channel of a block each 32-bit element of its accumulators holds. */
public enum ChannelOrder {
    /** Element e of accumulator j is channel j · elements + e. */
    NATURAL,
    /**
     * Element e of 128-bit lane l of accumulator j of four is channel 16·l + 4·j + e. Packing two pairs of accumulators to
     * words and those to bytes works within lanes, and so leaves the channels in order.
     */
    INTERLEAVED,
    /**
     * Element e of lane l of accumulator j of two is channel 8·l + 4·j + e. The accumulators of two pixels pack to one vector, of
     * which every lane holds eight channels of each.
     */
    PAIRED;

    /**
     * @param element 0 to {@code elements − 1}, across lanes
     * @param elements 32-bit elements of a vector
     */
    public int channel(int accumulator, int element, int elements) {
        return switch (this) {
            case NATURAL -> accumulator * elements + element;
            case PAIRED -> element / 4 * 8 + accumulator * 4 + element % 4;
            case INTERLEAVED -> element / 4 * 16 + accumulator * 4 + element % 4;
        };
    }
}
