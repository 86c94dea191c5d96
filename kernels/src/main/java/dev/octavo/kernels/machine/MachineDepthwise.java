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

    private final PackedConvolution packed;
    private final DepthwiseCode code;
    private final String name;
    private final Map<Integer, Integer> bodies = new HashMap<>();

    MachineDepthwise(Convolution spec, CodeFamily family, KernelCode kernel, PackingCache weights) {
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
        int rows = Math.max(1, PIXELS_PER_ITEM / output.width());
        for (int image = 0; image < output.batch(); image++) {
            for (int row = 0; row < output.height(); row += rows) {
                int count = Math.min(rows, output.height() - row);
                for (Block block : packed.blocks()) {
                    int body = bodies.computeIfAbsent(block.channels().channels(), _ -> code.variant(block.channels()));
                    items.add(item(part, block, image, row, count, body));
                }
            }
        }
        return items;
    }

    private static Item item(ConvolutionTensors tensors, Block block, int image, int row, int count, int variant) {
        TensorView in = tensors.input();
        TensorView out = tensors.output();
        TensorView residual = tensors.residualOrOutput();
        int channel = block.channels().first();
        long rowStep = tensors.shape().strideHeight() * in.rowStride();
        return new Item(
                in.offset() + image * in.imageStride() + row * rowStep + channel,
                out.offset() + image * out.imageStride() + row * out.rowStride() + channel,
                residual.offset() + image * residual.imageStride() + row * residual.rowStride() + channel,
                block.weights(),
                block.constants(),
                count,
                variant);
    }
}
