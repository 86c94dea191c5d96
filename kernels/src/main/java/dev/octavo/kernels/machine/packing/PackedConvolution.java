package dev.octavo.kernels.machine.packing;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Epilogue;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.machine.memory.PageAllocator;
import dev.octavo.kernels.machine.packing.StepArranger.Arranged;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ChannelOrder;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weights and per-channel constants of a convolution, block by block, in the order in which a tile reads them.
 *
 * <p>Weights: as {@link PackedWeights} says. Constants: one vector per accumulator of biases, then of multipliers, then of upper
 * bounds as int32; then one vector of upper bounds as bytes in channel order, twice for pairs of pixels; then, with a residual, one vector
 * of its scale.
 *
 * <p>Where tiles read inputs as x + {@link WeightLayout#inputOffset}, the biases hold −offset · Σ weights to make up for it.
 *
 * @param floor whether some input could take an accumulator below {@link WeightLayout#leastExact}
 */
public record PackedConvolution(List<Block> blocks, long weightBytes, boolean floor) {
    private static final int ALIGNMENT = 64;

    /**
     * Addresses of a block's part.
     *
     * @param groups in which tiles take its steps; null for the order of the inputs
     */
    public record Block(
            ChannelBlock channels,
            long weights,
            long constants,
            @Nullable StepGroups groups) {}

    /** Packs the weights of blocks. */
    private interface Packer {
        Arranged pack(ChannelBlock block, SegmentAllocator memory);
    }

    /** In which order a tile reads weights. */
    private sealed interface Order {
        /**
         * Begins to pack.
         *
         * @param weights native
         * @param scratch lives as long as the packer is used
         */
        Packer packer(MemorySegment weights, WeightLayout layout, Arena scratch);

        /** Returns what is added to inputs before they are multiplied. */
        int inputOffset(WeightLayout layout, ElementType input);
    }

    /**
     * The order of the runs' bytes, unless the layout rearranges it.
     *
     * @param byTap whether tiles leave out taps, so that none may be taken together with another
     * @param greatest input, as tiles multiply it
     */
    private record Dense(ConvolutionRuns runs, boolean byTap, int greatest) implements Order {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Dense dense
                    && byTap == dense.byTap
                    && greatest == dense.greatest
                    && runs.equals(dense.runs);
        }

        @Override
        public int hashCode() {
            return runs.hashCode();
        }

        @Override
        public int inputOffset(WeightLayout layout, ElementType input) {
            return layout.inputOffset(input);
        }

        @Override
        public Packer packer(MemorySegment weights, WeightLayout layout, Arena scratch) {
            ColumnGather gather = new ColumnGather(layout.loops(), scratch);
            PageAllocator pages = new PageAllocator(scratch, 0);
            StepArranger arranger = layout.arranger(greatest, pages).orElse(null);
            if (arranger == null) {
                return (block, memory) -> new Arranged(PackedWeights.dense(weights, runs, block, gather, memory), null);
            }
            int steps = runs.offsets().size() * runs.steps();
            int segment = byTap ? runs.steps() / runs.tapsPerRun() : steps;
            return new Packer() {
                private MemorySegment plain = MemorySegment.NULL;

                @Override
                public Arranged pack(ChannelBlock block, SegmentAllocator memory) {
                    // Blocks get narrower, never wider: what the last one left is overwritten.
                    SegmentAllocator again = (size, alignment) -> {
                        if (plain.byteSize() < size) {
                            plain = pages.allocate(size, alignment);
                        }
                        return plain.asSlice(0, size).fill((byte) 0);
                    };
                    return arranger.arrange(
                            PackedWeights.dense(weights, runs, block, gather, again), steps, segment, block, memory);
                }
            };
        }
    }

    /** The order of {@link WeightLayout#depthwiseGroups}. */
    private record Depthwise(ConvolutionShape shape) implements Order {
        @Override
        public int inputOffset(WeightLayout layout, ElementType input) {
            return layout.depthwiseInputOffset(input);
        }

        @Override
        public Packer packer(MemorySegment weights, WeightLayout layout, Arena scratch) {
            return (block, memory) ->
                    new Arranged(PackedWeights.depthwise(weights, shape, block, layout, memory), null);
        }
    }

    private record Form(
            MemorySegment weights,
            IntBuffer bias,
            Epilogue epilogue,
            ElementType input,
            @Nullable Float residualScale,
            Order order,
            List<ChannelBlock> channelBlocks,
            WeightLayout layout)
            implements WeightForm {
        static Form of(Convolution spec, Order order, List<ChannelBlock> channelBlocks, WeightLayout layout) {
            return new Form(
                    spec.weights(),
                    IntBuffer.wrap(spec.bias()),
                    spec.epilogue(),
                    spec.input().type(),
                    spec.residual() == null || spec.epilogue() instanceof Activation
                            ? null
                            : layout.residualScale(spec.residual()),
                    order,
                    List.copyOf(channelBlocks),
                    layout);
        }

        /** Other forms of the same weights are few: nothing else need be hashed. */
        @Override
        public int hashCode() {
            return weights.hashCode();
        }

        @Override
        public PackedConvolution pack(MemorySegment source, SegmentAllocator memory) {
            List<Block> blocks = new ArrayList<>();
            WeightSums sums = WeightSums.of(source, bias.capacity(), input, layout.loops());
            float[] scales = scales();
            long weightBytes = 0;
            boolean floor = false;
            try (Arena arena = Arena.ofConfined()) {
                Packer packer = order.packer(source, layout, arena);
                for (ChannelBlock block : channelBlocks) {
                    Arranged arranged = packer.pack(block, memory);
                    long constantBytes = (3L * block.vectors() + (residualScale == null ? 1 : 2)) * block.vectorBytes();
                    MemorySegment constants = memory.allocate(constantBytes, ALIGNMENT);
                    packConstants(sums, scales, block, constants);
                    for (int c = block.first(); !floor && c < block.first() + block.channels(); c++) {
                        floor = sums.least(c, bias.get(c)) * (double) scales[c] < layout.leastExact();
                    }
                    blocks.add(new Block(block, arranged.weights().address(), constants.address(), arranged.groups()));
                    weightBytes += arranged.weights().byteSize();
                }
            }
            return new PackedConvolution(List.copyOf(blocks), weightBytes, floor);
        }

        private void packConstants(WeightSums sums, float[] scales, ChannelBlock block, MemorySegment constants) {
            int vectorBytes = block.vectorBytes();
            int elements = block.elements();
            int[] channels = block.channelsByElement();
            int section = channels.length;
            int[] words = new int[3 * section];
            byte[] bounds = new byte[vectorBytes];
            int[] biases = bias.array();
            int[] highs = epilogue instanceof Requantization requantization ? requantization.high() : new int[1];
            boolean paired = block.order() == ChannelOrder.PAIRED;
            for (int i = 0; i < section; i++) {
                int within = channels[i];
                if (within < 0) {
                    continue;
                }
                int channel = block.first() + within;
                int correction = -order.inputOffset(layout, input) * sums.sum(channel);
                words[i] = biases[channel] + correction;
                words[section + i] = Float.floatToRawIntBits(scales[channel]);
                int high = highs[highs.length == 1 ? 0 : channel];
                words[2 * section + i] = epilogue instanceof Activation activation
                        ? Float.floatToRawIntBits(activation.outputScale(channel))
                        : high;
                bounds[within] = (byte) high;
                if (paired) {
                    bounds[vectorBytes / 2 + within] = (byte) high;
                }
            }
            MemorySegment.copy(words, 0, constants, ValueLayout.JAVA_INT, 0, words.length);
            long end = (long) words.length * Integer.BYTES;
            MemorySegment.copy(bounds, 0, constants, ValueLayout.JAVA_BYTE, end, bounds.length);
            if (residualScale != null) {
                float[] scale = new float[elements];
                Arrays.fill(scale, residualScale);
                MemorySegment.copy(scale, 0, constants, ValueLayout.JAVA_FLOAT, end + bounds.length, elements);
            }
        }

        /** What the accumulators of each channel are multiplied by. */
        private float[] scales() {
            float[] scales = new float[bias.capacity()];
            if (epilogue.scaleCount() == 1) {
                Arrays.fill(scales, scale(0));
                return scales;
            }
            for (int channel = 0; channel < scales.length; channel++) {
                scales[channel] = scale(channel);
            }
            return scales;
        }

        /** With a residual, guard bits included. */
        private float scale(int channel) {
            float value = epilogue.scale(channel);
            return residualScale != null ? Math.scalb(value, FixedPointMultiplier.GUARD_BITS) : value;
        }
    }

    /**
     * Returns the form of weights in the order of the runs' bytes, wherever the runs lie, or as the layout rearranges it.
     *
     * @param byTap whether tiles leave out taps that meet zeros
     * @param greatest input, as tiles multiply it
     */
    public static PackingCache.Form<PackedConvolution> dense(
            Convolution spec,
            ConvolutionRuns runs,
            boolean byTap,
            int greatest,
            List<ChannelBlock> channelBlocks,
            WeightLayout layout) {
        boolean arranged = layout.arranges();
        Dense order = new Dense(runs.anywhere(), arranged && byTap, arranged ? greatest : 0);
        return Form.of(spec, order, channelBlocks, layout);
    }

    /** Weights of a depthwise convolution. */
    public static PackingCache.Form<PackedConvolution> depthwise(
            Convolution spec, List<ChannelBlock> channelBlocks, WeightLayout layout) {
        return Form.of(spec, new Depthwise(spec.shape()), channelBlocks, layout);
    }
}
