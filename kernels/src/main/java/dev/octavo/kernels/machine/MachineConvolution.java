package dev.octavo.kernels.machine;

import dev.octavo.kernels.Border;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.Rescaling;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.PackedConvolution.Block;
import dev.octavo.kernels.machine.PixelGrid.Axis;
import dev.octavo.kernels.machine.PixelGrid.Region;
import dev.octavo.kernels.machine.PixelGrid.Skip;
import dev.octavo.kernels.machine.PixelGrid.Step;
import dev.octavo.kernels.machine.PixelGrid.TileRun;
import dev.octavo.kernels.machine.WorkList.Item;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@link Convolution} on tiles: geometry, packing, code, and the order of the work. */
final class MachineConvolution implements RowWork {
    /** Tiles of an item: enough to make its overhead vanish, few enough to balance threads. */
    private static final int TILES_PER_ITEM = 8;

    /** Widest output for which taps on zeros are left out: further in, they are too few to pay for the additional code. */
    private static final int MOST_SKIPPING = 56;

    private final KernelBuilder kernel;
    private final ConvolutionRuns runs;
    private final PackedConvolution packed;
    private final ConvolutionEmitter emitter;
    private final boolean weightsStay;
    private final String name;
    private final Map<Body, Integer> bodies = new HashMap<>();

    /** What the code of a variant depends on. */
    private record Body(int channels, List<TileRun> tiles, Step lineStep, Skip skip) {}

    /** A region of the output for the blocks that share its code. */
    private record Variant(int number, Region region, Axis images, List<Block> blocks) {
        int linesPerItem() {
            return Math.max(1, TILES_PER_ITEM / region.tilesPerLine());
        }
    }

    MachineConvolution(Convolution spec, KernelBuilder kernel, CpuFeatures cpu, PackingCache weights) {
        this.kernel = kernel;
        InstructionSet set = kernel.set();
        boolean bytes = spec.output().type() != ElementType.FLOAT32;
        List<ChannelBlock> channelBlocks = ChannelBlock.divide(spec.output().channels(), set, bytes);
        runs = ConvolutionRuns.of(spec, channelBlocks);
        packed = weights.get(PackedConvolution.dense(spec, runs, channelBlocks, set));
        weightsStay = packed.weightBytes() <= cpu.level2Bytes() / 2;
        emitter = new ConvolutionEmitter(
                spec, runs, runTable(runs, kernel.arena()), packed.floor(), kernel.code(), set, kernel.pool());
        name = name(spec, channelBlocks.getFirst());
    }

    static Kernel prepare(Convolution spec, CpuFeatures cpu, InstructionSet set, PackingCache weights, Arena arena)
            throws TierUnavailableException {
        KernelBuilder kernel = new KernelBuilder(cpu, set, arena);
        RowWork rows = new MachineConvolution(spec, kernel, cpu, weights);
        WorkList work = new WorkList();
        rows.items(spec).forEach(work::add);
        return kernel.build(rows.name(), work);
    }

    @Override
    public String name() {
        return name;
    }

    private String name(Convolution spec, ChannelBlock block) {
        InstructionSet set = kernel.set();
        PixelGrid grid = grid(spec, ConvolutionEmitter.pixels(set, block.vectors()));
        int pixels = grid.regions().getFirst().tiles().getFirst().pixels().size();
        int channels = block.vectors() * set.width().bytes() / Integer.BYTES;
        String input = spec.input().type() == ElementType.UINT8 ? "u8" : "s8";
        String output = spec.epilogue() instanceof Rescaling ? "-f32" : "";
        String residual = spec.residual() == null ? "" : "-add";
        return input + "s8" + output + "-conv" + residual + "-" + pixels + "x" + channels + "-" + set.label();
    }

    /** One variant per shape of block and region of its grid. */
    private List<Variant> variants(Convolution part) {
        List<Variant> variants = new ArrayList<>();
        List<Block> left = new ArrayList<>(packed.blocks());
        while (!left.isEmpty()) {
            ChannelBlock shape = left.getFirst().channels();
            List<Block> alike = left.stream()
                    .filter(block -> block.channels().sameShape(shape))
                    .toList();
            left.removeAll(alike);
            PixelGrid grid = grid(part, ConvolutionEmitter.pixels(kernel.set(), shape.vectors()));
            for (Region region : grid.regions()) {
                int number = bodies.computeIfAbsent(
                        new Body(shape.channels(), region.tiles(), region.lineStep(), region.skip()),
                        _ -> kernel.variant(() -> emitter.emit(shape, region)));
                variants.add(new Variant(number, region, grid.images(), alike));
            }
        }
        return variants;
    }

    private PixelGrid grid(Convolution spec, int limit) {
        TensorView in = spec.input();
        TensorView out = spec.output();
        TensorView residual = spec.residual() == null ? out : spec.residual().view();
        Axis images = new Axis(out.batch(), new Step(in.imageStride(), out.imageStride(), residual.imageStride()));
        ConvolutionShape shape = spec.shape();
        Axis rows = new Axis(
                out.height(), new Step(in.rowStride() * shape.strideHeight(), out.rowStride(), residual.rowStride()));
        Axis columns = new Axis(
                out.width(),
                new Step(in.pixelStride() * shape.strideWidth(), out.pixelStride(), residual.pixelStride()));
        if (!skips(spec) || 2 * out.width() <= limit) {
            return PixelGrid.of(images, rows, columns, limit);
        }
        Border zeros = spec.zeros();
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
     * Whether taps that meet zeros are left out: where they are zero for the dot product too, and a run is a row of taps of
     * whole groups of four.
     */
    private boolean skips(Convolution spec) {
        return !spec.zeros().equals(Border.NONE)
                && spec.input().type() == ElementType.UINT8
                && spec.shape().kernelHeight() > 1
                && runs.offsets().size() == spec.shape().kernelHeight()
                && runs.tapsPerRun() == spec.shape().kernelWidth()
                && runs.inputs() % 4 == 0
                && spec.output().width() <= MOST_SKIPPING;
    }

    /**
     * Work in the order that suits the caches. Weights that stay in L2 are gone through once per few lines, whose input then
     * stays in L1; larger ones are read once, and the input once per block of channels.
     */
    @Override
    public List<Item> items(Convolution part) {
        List<Variant> variants = variants(part);
        List<Item> items = new ArrayList<>();
        if (weightsStay) {
            int images = variants.getFirst().images.size();
            for (int image = 0; image < images; image++) {
                for (Variant variant : variants) {
                    for (int line = 0; line < variant.region.lines(); line += variant.linesPerItem()) {
                        for (Block block : variant.blocks) {
                            items.add(item(part, variant, block, image, line));
                        }
                    }
                }
            }
        } else {
            for (Block block : packed.blocks()) {
                for (Variant variant : variants) {
                    for (int image = 0; variant.blocks.contains(block) && image < variant.images.size(); image++) {
                        for (int line = 0; line < variant.region.lines(); line += variant.linesPerItem()) {
                            items.add(item(part, variant, block, image, line));
                        }
                    }
                }
            }
        }
        return items;
    }

    private Item item(Convolution part, Variant variant, Block block, int image, int line) {
        Region region = variant.region;
        Step at = region.start()
                .plus(region.lineStep().times(line))
                .plus(variant.images.step().times(image));
        int first = block.channels().first();
        long outputChannel = (long) first * part.output().type().bytes();
        TensorView residual =
                part.residual() == null ? part.output() : part.residual().view();
        return new Item(
                part.input().offset() + at.input() + runs.firstInput(block.channels()),
                part.output().offset() + at.output() + outputChannel,
                residual.offset() + at.residual() + first,
                block.weights(),
                block.constants(),
                Math.min(variant.linesPerItem(), region.lines() - line),
                variant.number);
    }

    private static long runTable(ConvolutionRuns runs, Arena arena) {
        int count = runs.offsets().size();
        MemorySegment table = arena.allocate((long) count * Long.BYTES, Long.BYTES);
        for (int i = 0; i < count; i++) {
            table.setAtIndex(ValueLayout.JAVA_LONG, i, runs.offsets().get(i));
        }
        return table.address();
    }
}
