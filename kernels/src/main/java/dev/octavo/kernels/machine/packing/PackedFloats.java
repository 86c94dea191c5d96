package dev.octavo.kernels.machine.packing;

import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.machine.packing.PackedConvolution.Block;
import dev.octavo.kernels.machine.work.ChannelBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights and biases of floats, block by block and without gaps: one vector per accumulator of biases, then, for each product
 * of a sum, one vector per accumulator of weights.
 *
 * @param weights [outputs][depth]
 * @param bias of each output channel
 * @param depth products of a sum
 * @param loops that pack them
 */
public record PackedFloats(
        MemorySegment weights, FloatBuffer bias, int depth, List<ChannelBlock> channelBlocks, WeightLoops loops)
        implements WeightForm {
    private static final int ALIGNMENT = 64;

    public static PackedFloats of(FloatConvolution spec, List<ChannelBlock> channelBlocks, WeightLayout layout) {
        float[] bias = spec.bias();
        int depth = Math.toIntExact(spec.weights().byteSize() / Float.BYTES / bias.length);
        return new PackedFloats(
                spec.weights(), FloatBuffer.wrap(bias), depth, List.copyOf(channelBlocks), layout.loops());
    }

    /** Bytes of a block. */
    public static long bytes(ChannelBlock block, int depth) {
        return (1L + depth) * block.vectors() * block.vectorBytes();
    }

    /** Other forms of the same weights are few: nothing else need be hashed. */
    @Override
    public int hashCode() {
        return weights.hashCode();
    }

    @Override
    public PackedConvolution pack(MemorySegment source, SegmentAllocator memory) {
        long bytes = 0;
        for (ChannelBlock block : channelBlocks) {
            bytes += bytes(block, depth);
        }
        MemorySegment packed = memory.allocate(bytes, ALIGNMENT);
        List<Block> blocks = new ArrayList<>();
        long rowBytes = (long) depth * Float.BYTES;
        long at = 0;
        try (Arena arena = Arena.ofConfined()) {
            ColumnGather gather = new ColumnGather(loops, arena);
            for (ChannelBlock block : channelBlocks) {
                long columnBytes = (long) block.vectors() * block.vectorBytes();
                MemorySegment.copy(bias.array(), block.first(), packed, ValueLayout.JAVA_FLOAT, at, block.channels());
                MemorySegment columns = packed.asSlice(at + columnBytes);
                gather.gather(block, source.asSlice(block.first() * rowBytes), rowBytes, depth, columns);
                blocks.add(new Block(block, columns.address(), packed.address() + at, null));
                at += bytes(block, depth);
            }
        }
        return new PackedConvolution(List.copyOf(blocks), bytes, false);
    }
}
