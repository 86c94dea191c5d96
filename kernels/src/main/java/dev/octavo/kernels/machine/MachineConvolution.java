package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.Rescaling;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.PackedConvolution.Block;
import dev.octavo.kernels.machine.PixelGrid.Axis;
import dev.octavo.kernels.machine.PixelGrid.Region;
import dev.octavo.kernels.machine.PixelGrid.Step;
import dev.octavo.kernels.machine.WorkList.Item;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Prepares the kernel of a {@link Convolution}: geometry, packing, code, and the order of the work. */
final class MachineConvolution {
    /** Tiles of an item: enough to make its overhead vanish, few enough to balance threads. */
    private static final int TILES_PER_ITEM = 8;

    private MachineConvolution() {}

    /** A region of the output for the blocks that share its code. */
    private record Variant(ChannelBlock shape, Region region, Axis images, List<Block> blocks) {
        int linesPerItem() {
            return Math.max(1, TILES_PER_ITEM / region.tilesPerLine());
        }
    }

    static Kernel prepare(Convolution spec, CpuFeatures cpu, InstructionSet set, PackingCache weights, Arena arena)
            throws TierUnavailableException {
        boolean bytes = spec.output().type() != ElementType.FLOAT32;
        List<ChannelBlock> channelBlocks = ChannelBlock.divide(spec.output().channels(), set, bytes);
        ConvolutionRuns runs = ConvolutionRuns.of(spec, channelBlocks);
        PackedConvolution packed = weights.get(PackedConvolution.dense(spec, runs, channelBlocks, set));
        List<Variant> variants = variants(spec, packed.blocks(), set);
        WorkList work = new WorkList();
        boolean weightsStay = packed.weightBytes() <= cpu.level2Bytes() / 2;
        order(spec, runs, variants, weightsStay, work);

        Assembler code = new Assembler(cpu.evexDotProducts());
        ConstantPool pool = new ConstantPool(arena, WorkLoop.POOL);
        ConvolutionEmitter emitter =
                new ConvolutionEmitter(spec, runs, runTable(runs, arena), packed.floor(), code, set, pool);
        List<Runnable> bodies = new ArrayList<>();
        for (Variant variant : variants) {
            bodies.add(() -> emitter.emit(variant.shape, variant.region));
        }
        WorkLoop.emit(code, work.allocate(arena).address(), pool.address(), bodies);
        return EmittedKernel.load(name(spec, variants.getFirst(), set), work.size(), code.toByteArray(), arena);
    }

    private static String name(Convolution spec, Variant variant, InstructionSet set) {
        int pixels = variant.region.tiles().getFirst().pixels().size();
        int channels = variant.shape.vectors() * set.width().bytes() / Integer.BYTES;
        String input = spec.input().type() == ElementType.UINT8 ? "u8" : "s8";
        String output = spec.epilogue() instanceof Rescaling ? "-f32" : "";
        String residual = spec.residual() == null ? "" : "-add";
        return input + "s8" + output + "-conv" + residual + "-" + pixels + "x" + channels + "-" + set.label();
    }

    /** One variant per shape of block and region of its grid. */
    private static List<Variant> variants(Convolution spec, List<Block> blocks, InstructionSet set) {
        List<Variant> variants = new ArrayList<>();
        List<Block> left = new ArrayList<>(blocks);
        while (!left.isEmpty()) {
            ChannelBlock shape = left.getFirst().channels();
            List<Block> alike = left.stream()
                    .filter(block -> block.channels().sameShape(shape))
                    .toList();
            left.removeAll(alike);
            PixelGrid grid = grid(spec, ConvolutionEmitter.pixels(set, shape.vectors()));
            for (Region region : grid.regions()) {
                variants.add(new Variant(shape, region, grid.images(), alike));
            }
        }
        return variants;
    }

    private static PixelGrid grid(Convolution spec, int limit) {
        TensorView in = spec.input();
        TensorView out = spec.output();
        TensorView residual = spec.residual() == null ? out : spec.residual().view();
        return PixelGrid.of(
                new Axis(out.batch(), new Step(in.imageStride(), out.imageStride(), residual.imageStride())),
                new Axis(
                        out.height(),
                        new Step(in.rowStride() * spec.shape().strideHeight(), out.rowStride(), residual.rowStride())),
                new Axis(
                        out.width(),
                        new Step(
                                in.pixelStride() * spec.shape().strideWidth(),
                                out.pixelStride(),
                                residual.pixelStride())),
                limit);
    }

    /**
     * Orders the work for the caches. Weights that stay in L2 are gone through once per few lines, whose input then stays in
     * L1; larger ones are read once, and the input once per block of channels.
     */
    private static void order(
            Convolution spec, ConvolutionRuns runs, List<Variant> variants, boolean weightsStay, WorkList work) {
        if (weightsStay) {
            int images = variants.getFirst().images.size();
            for (int image = 0; image < images; image++) {
                for (int v = 0; v < variants.size(); v++) {
                    Variant variant = variants.get(v);
                    for (int line = 0; line < variant.region.lines(); line += variant.linesPerItem()) {
                        for (Block block : variant.blocks) {
                            work.add(item(spec, runs, variant, v, block, image, line));
                        }
                    }
                }
            }
        } else {
            for (int v = 0; v < variants.size(); v++) {
                Variant variant = variants.get(v);
                for (Block block : variant.blocks) {
                    for (int image = 0; image < variant.images.size(); image++) {
                        for (int line = 0; line < variant.region.lines(); line += variant.linesPerItem()) {
                            work.add(item(spec, runs, variant, v, block, image, line));
                        }
                    }
                }
            }
        }
    }

    private static Item item(
            Convolution spec, ConvolutionRuns runs, Variant variant, int index, Block block, int image, int line) {
        Region region = variant.region;
        Step at = region.start()
                .plus(region.lineStep().times(line))
                .plus(variant.images.step().times(image));
        int first = block.channels().first();
        long outputChannel = (long) first * spec.output().type().bytes();
        TensorView residual =
                spec.residual() == null ? spec.output() : spec.residual().view();
        return new Item(
                spec.input().offset() + at.input() + runs.firstInput(block.channels()),
                spec.output().offset() + at.output() + outputChannel,
                residual.offset() + at.residual() + first,
                block.weights(),
                block.constants(),
                Math.min(variant.linesPerItem(), region.lines() - line),
                index);
    }

    private static long runTable(ConvolutionRuns runs, Arena arena) {
        int count = runs.offsets().size();
        MemorySegment table = arena.allocate((count + 1L) * Long.BYTES, Long.BYTES);
        for (int i = 0; i < count; i++) {
            table.setAtIndex(ValueLayout.JAVA_LONG, i, runs.offsets().get(i));
        }
        table.setAtIndex(ValueLayout.JAVA_LONG, count, table.address() + (count - 1L) * Long.BYTES);
        return table.address();
    }
}
