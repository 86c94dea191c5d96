package dev.octavo.kernels.machine;

import dev.octavo.kernels.Border;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.code.ConvolutionCode;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.packing.PackedConvolution;
import dev.octavo.kernels.machine.packing.PackedConvolution.Block;
import dev.octavo.kernels.machine.packing.PackedFloats;
import dev.octavo.kernels.machine.packing.WeightLayout;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import dev.octavo.kernels.machine.work.PixelGrid;
import dev.octavo.kernels.machine.work.PixelGrid.Axis;
import dev.octavo.kernels.machine.work.PixelGrid.Region;
import dev.octavo.kernels.machine.work.PixelGrid.Skip;
import dev.octavo.kernels.machine.work.PixelGrid.Step;
import dev.octavo.kernels.machine.work.PixelGrid.TileRun;
import dev.octavo.kernels.machine.work.WorkList.Item;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link Convolution} and {@link FloatConvolution} on tiles: geometry, packing, code, and the order of the work. */
final class MachineConvolution implements RowWork {
    /** Tiles of an item: enough to make its overhead vanish, few enough to balance threads. */
    private static final int TILES_PER_ITEM = 8;

    /** Addresses that differ by so much share a set of L1. */
    private static final int LEVEL_1_WAY_BYTES = 4096;

    private static final int MOST_PIXELS_IN_A_SET = 6;

    private static final int LEAST_FLOAT_VECTORS = 2;
    private static final int MOST_FLOAT_VECTORS = 8;

    /** Widest output for which taps on zeros are left out: further in, they are too few to pay for the additional code. */
    private static final int MOST_SKIPPING = 56;

    /** Fewest bytes of a tap whose steps are arranged apart from those of other taps. */
    private static final int LEAST_ARRANGED_BYTES = 64;

    private final CodeFamily family;
    private final ConvolutionCode code;
    private final ConvolutionRuns runs;
    private final PackedConvolution packed;
    private final boolean weightsStay;
    /** Whether taps that meet zeros are left out. */
    private final boolean byTap;

    private final long distance;
    /** Those of a tile's steps that prefetch. */
    private final long prefetchingSteps;

    private final String name;
    private final Map<Body, Integer> bodies = new LinkedHashMap<>();

    /** What the code of a variant depends on, apart from what it has in common with the others. */
    private record Body(int channels, int vectors, List<TileRun> tiles, Step lineStep, int ahead) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Body body
                    && channels == body.channels
                    && vectors == body.vectors
                    && ahead == body.ahead
                    && tiles.equals(body.tiles)
                    && lineStep.equals(body.lineStep);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * channels + tiles.hashCode()) + lineStep.hashCode();
        }
    }

    /**
     * A region of the output for the blocks that share its code.
     *
     * @param tables addresses of where the inputs of its windows lie, by block; 0 for none
     * @param ahead bytes of later weights that its code prefetches per step
     */
    private record Variant(
            int number,
            Region region,
            Axis images,
            List<Block> blocks,
            IdentityHashMap<Block, Long> tables,
            int ahead) {
        int linesPerItem() {
            return Math.max(1, TILES_PER_ITEM / region.tilesPerLine());
        }

        /** Where a line begins, from where the tensors do. */
        Step at(int image, int line) {
            return region.start()
                    .plus(region.lineStep().times(line))
                    .plus(images.step().times(image));
        }

        boolean takes(Block block) {
            return blocks.getFirst().channels().sameShape(block.channels());
        }
    }

    private MachineConvolution(
            ConvolutionTensors tensors,
            ConvolutionRuns runs,
            PackedConvolution packed,
            ConvolutionCode code,
            CodeFamily family,
            boolean byTap,
            long distance) {
        this.byTap = byTap;
        this.family = family;
        this.code = code;
        this.runs = runs;
        this.packed = packed;
        this.distance = distance;
        prefetchingSteps = Math.max(0, (long) runs.offsets().size() * runs.steps() - code.lastSteps());
        weightsStay = packed.weightBytes() <= family.level2Bytes() / 2;
        name = name(tensors, packed.blocks().getFirst().channels());
    }

    /**
     * Prepares a convolution of bytes.
     *
     * @param distance how many bytes behind the weights in use those lie that are prefetched meanwhile, whatever layer they
     *     belong to: layers are packed in the order in which they run; 0 for none
     */
    static MachineConvolution of(
            Convolution spec, CodeFamily family, KernelCode kernel, PackingCache weights, long distance) {
        ConvolutionTensors tensors = ConvolutionTensors.of(spec);
        boolean bytes = spec.output().type() != ElementType.FLOAT32;
        List<ChannelBlock> blocks = family.denseBlocks(spec.output().channels(), bytes);
        ConvolutionRuns runs = ConvolutionRuns.of(tensors, blocks);
        WeightLayout layout = family.weightLayout();
        boolean byTap = skips(tensors, runs, layout);
        int greatest = Math.max(
                1, spec.greatestInput() + layout.inputOffset(spec.input().type()));
        PackedConvolution packed = weights.get(PackedConvolution.dense(spec, runs, byTap, greatest, blocks, layout));
        ConvolutionCode code = kernel.convolution(spec, runs, packed.floor());
        return new MachineConvolution(tensors, runs, packed, code, family, byTap, distance);
    }

    /**
     * Prepares a convolution of floats.
     *
     * @param distance as for bytes
     */
    static MachineConvolution of(
            FloatConvolution spec, CodeFamily family, KernelCode kernel, PackingCache weights, long distance) {
        ConvolutionTensors tensors = ConvolutionTensors.of(spec);
        List<ChannelBlock> blocks = ChannelBlock.divideFloats(
                spec.output().channels(),
                spec.shape().groups(),
                family.vectorBytes(),
                floatVectors(spec.output(), family));
        ConvolutionRuns runs = ConvolutionRuns.of(tensors, blocks);
        PackedConvolution packed = weights.get(PackedFloats.of(spec, blocks, family.weightLayout()));
        return new MachineConvolution(tensors, runs, packed, kernel.convolution(spec, runs), family, false, distance);
    }

    /**
     * Accumulators per pixel: as a weight is four bytes for each product, few of them over many pixels, which share each weight;
     * more where an image does not have as many. Other images make no difference, so that all batches share the weights.
     */
    private static int floatVectors(TensorView output, CodeFamily family) {
        int pixels = output.height() * output.width();
        return Math.clamp(family.accumulators() / pixels, LEAST_FLOAT_VECTORS, MOST_FLOAT_VECTORS);
    }

    @Override
    public String name() {
        return name;
    }

    private String name(ConvolutionTensors tensors, ChannelBlock block) {
        PixelGrid grid = grid(tensors, pixels(tensors, block));
        int pixels = grid.regions().getFirst().tiles().getFirst().pixels().size();
        int channels = block.vectors() * family.vectorBytes() / Integer.BYTES;
        String type = switch (tensors.input().type()) {
            case FLOAT32 -> "f32";
            case UINT8 -> "u8s8";
            case INT8 -> "s8s8";
        };
        String output = tensors.output().type() == ElementType.FLOAT32 && !type.equals("f32") ? "-f32" : "";
        String residual = tensors.residual() == null ? "" : "-add";
        return type + output + "-conv" + residual + "-" + pixels + "x" + channels + "-" + family.label();
    }

    /** Returns what the code of the variants so far depends on: equal for kernels that can share it. */
    Object key() {
        return List.of(code.key(), List.copyOf(bodies.keySet()));
    }

    /** One variant per shape of block and region of its grid. */
    private List<Variant> variants(ConvolutionTensors part) {
        List<Variant> variants = new ArrayList<>();
        List<Block> left = packed.blocks();
        while (!left.isEmpty()) {
            ChannelBlock shape = left.getFirst().channels();
            Map<Boolean, List<Block>> parts = left.stream()
                    .collect(Collectors.partitioningBy(block -> block.channels().sameShape(shape)));
            List<Block> alike = parts.getOrDefault(true, List.of());
            left = parts.getOrDefault(false, List.of());
            PixelGrid grid = grid(part, pixels(part, shape));
            int ahead = aheadPerStep(grid, shape);
            for (Region region : grid.regions()) {
                int number = bodies.computeIfAbsent(
                        new Body(shape.channels(), shape.vectors(), region.tiles(), region.lineStep(), ahead),
                        _ -> code.variant(shape, region, ahead));
                variants.add(new Variant(number, region, grid.images(), alike, tables(region, alike), ahead));
            }
        }
        return variants;
    }

    /**
     * Enough for the tiles of a pass to prefetch as many bytes as it reads of weights, or nothing where that would take more
     * than a line per step.
     */
    private int aheadPerStep(PixelGrid grid, ChannelBlock shape) {
        long tiles = 0;
        for (Region region : grid.regions()) {
            tiles += (long) grid.images().size() * region.lines() * region.tilesPerLine();
        }
        long blockBytes = (long) runs.offsets().size() * runs.steps() * shape.vectors() * shape.vectorBytes();
        long steps = tiles * prefetchingSteps;
        return distance == 0 || blockBytes > steps * ConvolutionCode.CACHE_LINE_BYTES
                ? 0
                : (int) Math.ceilDiv(blockBytes, steps);
    }

    /** Tables of blocks that are alike, by block. */
    private IdentityHashMap<Block, Long> tables(Region region, List<Block> alike) {
        IdentityHashMap<Block, Long> tables = new IdentityHashMap<>();
        long shared = code.tablesDifferByBlock() ? 0 : code.table(alike.getFirst(), region);
        for (Block block : alike) {
            tables.put(block, code.tablesDifferByBlock() ? code.table(block, region) : shared);
        }
        return tables;
    }

    /** Most pixels of a tile: if all of them lie in one set of L1, no more than it has ways for. */
    private int pixels(ConvolutionTensors tensors, ChannelBlock block) {
        int pixels = family.pixels(tensors.input().type(), block.vectors());
        long step = tensors.input().pixelStride() * tensors.shape().strideWidth();
        return step % LEVEL_1_WAY_BYTES == 0 ? Math.min(pixels, MOST_PIXELS_IN_A_SET) : pixels;
    }

    private PixelGrid grid(ConvolutionTensors tensors, int limit) {
        TensorView in = tensors.input();
        TensorView out = tensors.output();
        ConvolutionShape shape = tensors.shape();
        Axis images = tensors.images();
        Axis rows = tensors.rows();
        Axis columns = tensors.columns();
        if (!byTap || tensors.zeros().isNone() || 2 * out.width() <= limit) {
            return PixelGrid.of(images, rows, columns, limit);
        }
        Border zeros = tensors.zeros();
        List<Skip> rowSkips = Skip.along(
                out.height(),
                shape.strideHeight(),
                shape.kernelHeight(),
                shape.dilationHeight(),
                in.height(),
                zeros.top(),
                zeros.bottom());
        List<Skip> columnSkips = Skip.along(
                out.width(),
                shape.strideWidth(),
                shape.kernelWidth(),
                shape.dilationWidth(),
                in.width(),
                zeros.left(),
                zeros.right());
        return PixelGrid.of(images, rows, columns, limit, rowSkips, columnSkips);
    }

    /**
     * Whether taps that meet zeros can be left out: where they are zero for the dot product too, and a run is a row of taps of
     * whole groups of four. Where steps are arranged, a tap needs enough of them to be arranged by itself.
     */
    private static boolean skips(ConvolutionTensors tensors, ConvolutionRuns runs, WeightLayout layout) {
        return !tensors.zeros().isNone()
                && tensors.input().type() == ElementType.UINT8
                && tensors.shape().kernelHeight() > 1
                && runs.offsets().size() == tensors.shape().kernelHeight()
                && runs.tapsPerRun() == tensors.shape().kernelWidth()
                && runs.inputBytes() % 4 == 0
                && (!layout.arranges() || runs.inputBytes() >= LEAST_ARRANGED_BYTES)
                && tensors.output().width() <= MOST_SKIPPING;
    }

    /**
     * Work in the order that suits the caches. Weights that stay in L2 are gone through once per few lines, whose input then
     * stays in L1; larger ones are read once, and the input once per block of channels.
     */
    @Override
    public List<Item> items(ConvolutionTensors part) {
        List<Variant> variants = variants(part);
        List<Item> items = new ArrayList<>();
        if (weightsStay) {
            Pass pass = new Pass(part, packed.blocks().getFirst());
            int images = variants.getFirst().images.size();
            for (int image = 0; image < images; image++) {
                for (Variant variant : variants) {
                    int lines = variant.linesPerItem();
                    for (int line = 0; line < variant.region.lines(); line += lines) {
                        Step at = variant.at(image, line);
                        for (Block block : variant.blocks) {
                            items.add(pass.item(variant, block, at, Math.min(lines, variant.region.lines() - line)));
                        }
                    }
                }
            }
        } else {
            for (Block block : packed.blocks()) {
                Pass pass = new Pass(part, block);
                for (Variant variant : variants) {
                    int lines = variant.linesPerItem();
                    for (int image = 0; variant.takes(block) && image < variant.images.size(); image++) {
                        for (int line = 0; line < variant.region.lines(); line += lines) {
                            Step at = variant.at(image, line);
                            items.add(pass.item(variant, block, at, Math.min(lines, variant.region.lines() - line)));
                        }
                    }
                }
            }
        }
        return items;
    }

    /** Makes the items of one way over the output, which reads some weights and prefetches as many. */
    private final class Pass {
        private final ConvolutionTensors part;
        private long ahead;

        Pass(ConvolutionTensors part, Block first) {
            this.part = part;
            this.ahead = first.weights() + distance;
        }

        Item item(Variant variant, Block block, Step at, int lines) {
            int first = block.channels().first();
            long outputChannel = (long) first * part.output().type().bytes();
            TensorView residual = part.residualOrOutput();
            Item item = new Item(
                    part.input().offset() + at.input() + runs.firstInput(block.channels()),
                    part.output().offset() + at.output() + outputChannel,
                    residual.offset()
                            + at.residual()
                            + (long) first * residual.type().bytes(),
                    block.weights(),
                    block.constants(),
                    lines,
                    variant.number,
                    variant.tables.getOrDefault(block, 0L),
                    ahead);
            ahead += variant.ahead * prefetchingSteps * lines * variant.region.tilesPerLine();
            return item;
        }
    }
}
