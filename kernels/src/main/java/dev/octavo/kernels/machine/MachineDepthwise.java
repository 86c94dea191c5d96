package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.code.DepthwiseCode;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.packing.PackedConvolution;
import dev.octavo.kernels.machine.packing.PackedConvolution.Block;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import dev.octavo.kernels.machine.work.WorkList.Item;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Depthwise {@link Convolution} with bytes as output: packing, code and work. */
final class MachineDepthwise implements RowWork {
    /** Pixels of an item, at least: enough to make its overhead vanish. */
    private static final int PIXELS_PER_ITEM = 56;

    /** Least pixels of a part of a row. */
    private static final int LEAST_PART = 14;

    /** Most columns that parts of a row have in common, and go through twice. */
    private static final int MOST_AGAIN = 1;

    private static final int CACHE_LINE_BYTES = 64;

    private final int level1Bytes;
    private final PackedConvolution packed;
    private final DepthwiseCode code;
    private final String name;
    private final Map<List<Integer>, Integer> bodies = new HashMap<>();

    MachineDepthwise(Convolution spec, CodeFamily family, KernelCode kernel, PackingCache weights) {
        level1Bytes = family.level1Bytes();
        packed = weights.get(PackedConvolution.depthwise(
                spec, family.depthwiseBlocks(spec.output().channels()), family.weightLayout()));
        code = kernel.depthwise(spec, packed.floor());
        String input = spec.input().type() == ElementType.UINT8 ? "u8" : "s8";
        String window = spec.shape().kernelHeight() + "x" + spec.shape().kernelWidth();
        name = input + "s8-depthwise" + window + "-" + code.manner() + "-" + family.label();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Item> items(ConvolutionTensors part) {
        TensorView output = part.output();
        List<Item> items = new ArrayList<>();
        int width = Math.min(output.width(), partWidth(part));
        int rows = Math.max(1, PIXELS_PER_ITEM / output.width());
        for (int image = 0; image < output.batch(); image++) {
            for (int row = 0; row < output.height(); row += rows) {
                int count = Math.min(rows, output.height() - row);
                for (int column = 0; column < output.width(); column += width) {
                    int pixels = Math.min(width, output.width() - column);
                    for (Block block : packed.blocks()) {
                        int body = bodies.computeIfAbsent(
                                List.of(block.channels().channels(), pixels),
                                _ -> code.variant(block.channels(), pixels));
                        items.add(item(part, block, image, row, count, column, body));
                    }
                }
            }
        }
        return items;
    }

    /** Where blocks share lines of the cache, pixels of a row whose windows stay in L1 until all blocks have read them. */
    private int partWidth(ConvolutionTensors part) {
        int again = part.shape().kernelWidth() - part.shape().strideWidth();
        boolean shared = packed.blocks().size() > 1
                && packed.blocks().getFirst().channels().channels() < CACHE_LINE_BYTES;
        if (!shared || again > MOST_AGAIN) {
            return part.output().width();
        }
        long columnBytes = part.input().pixelStride()
                * part.shape().strideWidth()
                * part.shape().kernelHeight();
        return (int) Math.max(LEAST_PART, level1Bytes / 2 / columnBytes);
    }

    private static Item item(
            ConvolutionTensors tensors, Block block, int image, int row, int count, int column, int variant) {
        TensorView in = tensors.input();
        TensorView out = tensors.output();
        TensorView residual = tensors.residualOrOutput();
        int channel = block.channels().first();
        long rowStep = tensors.shape().strideHeight() * in.rowStride();
        long columnStep = tensors.shape().strideWidth() * in.pixelStride();
        return new Item(
                in.offset() + image * in.imageStride() + row * rowStep + column * columnStep + channel,
                out.offset() + image * out.imageStride() + row * out.rowStride() + column * out.pixelStride() + channel,
                residual.offset()
                        + image * residual.imageStride()
                        + row * residual.rowStride()
                        + column * residual.pixelStride()
                        + channel,
                block.weights(),
                block.constants(),
                count,
                variant);
    }
}
