package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.machine.PackedConvolution.Block;
import dev.octavo.kernels.machine.WorkList.Item;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Depthwise {@link Convolution} with bytes as output: packing, code and work. */
final class MachineDepthwise implements RowWork {
    /** Pixels of an item, at least: enough to make its overhead vanish. */
    private static final int PIXELS_PER_ITEM = 56;

    private final KernelBuilder kernel;
    private final PackedConvolution packed;
    private final DepthwiseEmitter emitter;
    private final String name;
    private final Map<Integer, Integer> bodies = new HashMap<>();

    MachineDepthwise(Convolution spec, KernelBuilder kernel, PackingCache weights) {
        this.kernel = kernel;
        InstructionSet set = kernel.set();
        packed = weights.get(PackedConvolution.depthwise(
                spec, ChannelBlock.divideBytes(spec.output().channels(), set), set));
        emitter = new DepthwiseEmitter(spec, packed.floor(), kernel, tapTable(spec, kernel.codeArena()));
        name = name(spec, set);
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
                    int body = bodies.computeIfAbsent(
                            block.channels().channels(), _ -> kernel.variant(() -> emitter.emit(block.channels())));
                    items.add(item(part, block, image, row, count, body));
                }
            }
        }
        return items;
    }

    private static String name(Convolution spec, InstructionSet set) {
        String input = spec.input().type() == ElementType.UINT8 ? "u8" : "s8";
        String window = spec.shape().kernelHeight() + "x" + spec.shape().kernelWidth();
        String manner = DepthwiseEmitter.walks(spec.shape(), set) ? "walk" : "taps";
        return input + "s8-depthwise" + window + "-" + manner + "-" + set.label();
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

    private static long tapTable(Convolution spec, Arena arena) {
        ConvolutionTensors tensors = ConvolutionTensors.of(spec);
        int taps = spec.shape().taps();
        int padded = (taps + 3) / 4 * 4;
        long[] table = new long[padded];
        for (int i = 0; i < padded; i++) {
            table[i] = tensors.tap(Math.min(i, taps - 1));
        }
        return arena.allocateFrom(ValueLayout.JAVA_LONG, table).address();
    }
}
