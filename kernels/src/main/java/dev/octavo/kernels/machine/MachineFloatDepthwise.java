package dev.octavo.kernels.machine;

import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.PackedConvolution.Block;
import dev.octavo.kernels.machine.PixelGrid.Region;
import dev.octavo.kernels.machine.PixelGrid.Step;
import dev.octavo.kernels.machine.WorkList.Item;
import java.util.ArrayList;
import java.util.List;

/** Depthwise {@link FloatConvolution}: packing, code and work. */
final class MachineFloatDepthwise implements RowWork {
    /** Pixels of an item, at least: enough to make its overhead vanish. */
    private static final int PIXELS_PER_ITEM = 14;

    private final KernelBuilder kernel;
    private final List<ChannelBlock> channelBlocks;
    private final PackedConvolution packed;
    private final FloatDepthwiseEmitter emitter;
    private final String name;

    MachineFloatDepthwise(FloatConvolution spec, KernelBuilder kernel, PackingCache weights) {
        this.kernel = kernel;
        InstructionSet set = kernel.set();
        channelBlocks = ChannelBlock.divideFloats(spec.output().channels(), 1, set, 1);
        packed = weights.get(PackedFloats.of(spec, channelBlocks));
        TileEpilogue epilogue = ClampEmitter.Form.of(spec)
                .emitter(kernel, new Simd(kernel.code(), set), ConvolutionEmitter.accumulators(set));
        emitter = new FloatDepthwiseEmitter(ConvolutionTensors.of(spec), epilogue, kernel);
        String window = spec.shape().kernelHeight() + "x" + spec.shape().kernelWidth();
        name = "f32-depthwise" + window + (spec.residual() == null ? "" : "-add") + "-" + set.label();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Item> items(ConvolutionTensors part) {
        PixelGrid grid =
                PixelGrid.of(part.images(), part.rows(), part.columns(), FloatDepthwiseEmitter.pixels(kernel.set()));
        Block first = packed.blocks().getFirst();
        TensorView residual = part.residualOrOutput();
        List<Item> items = new ArrayList<>();
        for (Region region : grid.regions()) {
            int variant = kernel.variant(() -> emitter.emit(channelBlocks, region));
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
