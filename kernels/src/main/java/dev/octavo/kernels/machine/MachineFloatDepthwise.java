package dev.octavo.kernels.machine;

import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.code.FloatDepthwiseCode;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.packing.PackedConvolution;
import dev.octavo.kernels.machine.packing.PackedConvolution.Block;
import dev.octavo.kernels.machine.packing.PackedFloats;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import dev.octavo.kernels.machine.work.PixelGrid;
import dev.octavo.kernels.machine.work.PixelGrid.Region;
import dev.octavo.kernels.machine.work.PixelGrid.Step;
import dev.octavo.kernels.machine.work.WorkList.Item;
import java.util.ArrayList;
import java.util.List;

/** Depthwise {@link FloatConvolution}: packing, code and work. */
final class MachineFloatDepthwise implements RowWork {
    /** Pixels of an item, at least: enough to make its overhead vanish. */
    private static final int PIXELS_PER_ITEM = 14;

    private final PackedConvolution packed;
    private final FloatDepthwiseCode code;
    private final String name;

    MachineFloatDepthwise(FloatConvolution spec, CodeFamily family, KernelCode kernel, PackingCache weights) {
        List<ChannelBlock> blocks = ChannelBlock.divideFloats(spec.output().channels(), 1, family.vectorBytes(), 1);
        packed = weights.get(PackedFloats.of(spec, blocks, family.weightLayout()));
        code = kernel.depthwise(spec, blocks);
        String window = spec.shape().kernelHeight() + "x" + spec.shape().kernelWidth();
        name = "f32-depthwise" + window + (spec.residual() == null ? "" : "-add") + "-" + family.label();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Item> items(ConvolutionTensors part) {
        PixelGrid grid = PixelGrid.of(part.images(), part.rows(), part.columns(), code.pixels());
        Block first = packed.blocks().getFirst();
        TensorView residual = part.residualOrOutput();
        List<Item> items = new ArrayList<>();
        for (Region region : grid.regions()) {
            int variant = code.variant(region);
            int pixelsPerLine = region.tiles().stream()
                    .mapToInt(run -> run.count() * run.pixels().size())
                    .sum();
            int lines = Math.max(1, PIXELS_PER_ITEM / pixelsPerLine);
            for (int image = 0; image < grid.images().size(); image++) {
                for (int line = 0; line < region.lines(); line += lines) {
                    Step at = region.start()
                            .plus(region.lineStep().times(line))
                            .plus(grid.images().step().times(image));
                    items.add(new Item(
                            part.input().offset() + at.input(),
                            part.output().offset() + at.output(),
                            residual.offset() + at.residual(),
                            first.constants(),
                            first.constants(),
                            Math.min(lines, region.lines() - line),
                            variant));
                }
            }
        }
        return items;
    }
}
