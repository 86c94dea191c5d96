package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ChannelOrder;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;
import java.util.ArrayList;
import java.util.List;

/** Divides the output channels of convolutions of bytes into what a tile computes together. */
final class ByteBlocks {
    private ByteBlocks() {}

    /**
     * Divides channels into full blocks and a tail with as few accumulators as hold it. AVX-512 stores narrower tails vector by
     * vector, or two pixels together; AVX2 packs them as it does full blocks.
     *
     * @param bytes whether results are packed to bytes
     */
    static List<ChannelBlock> dense(int channels, InstructionSet set, boolean bytes) {
        int elements = set.width().bytes() / Integer.BYTES;
        int full = ChannelBlock.FULL * elements;
        List<ChannelBlock> blocks = new ArrayList<>();
        for (int first = 0; first < channels; first += full) {
            int count = Math.min(full, channels - first);
            int vectors = (count + elements - 1) / elements;
            ChannelOrder order = bytes ? order(vectors, set) : ChannelOrder.NATURAL;
            blocks.add(new ChannelBlock(first, count, vectors, set.width().bytes(), order));
        }
        return blocks;
    }

    private static ChannelOrder order(int vectors, InstructionSet set) {
        if (set != InstructionSet.AVX512_VNNI || vectors == ChannelBlock.FULL) {
            return ChannelOrder.INTERLEAVED;
        }
        return vectors == 2 ? ChannelOrder.PAIRED : ChannelOrder.NATURAL;
    }

    /**
     * Divides channels into blocks of a vector of bytes, the last of them in vectors as narrow as hold it; or of a vector of
     * words, where bytes are multiplied as such.
     */
    static List<ChannelBlock> depthwise(int channels, InstructionSet set) {
        int vectors = DepthwiseEmitter.vectors(set);
        int full = vectors * set.width().bytes() / Integer.BYTES;
        List<ChannelBlock> blocks = new ArrayList<>();
        for (int first = 0; first < channels; first += full) {
            int count = Math.min(full, channels - first);
            int bytes = set.dotProducts()
                    ? VectorWidth.holding(count).bytes()
                    : set.width().bytes();
            blocks.add(new ChannelBlock(first, count, vectors, bytes, ChannelOrder.INTERLEAVED));
        }
        return blocks;
    }
}
