package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.PackedConvolution.Block;
import dev.octavo.kernels.machine.WorkList.Item;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Prepares the kernel of a depthwise {@link Convolution} with bytes as output. */
final class MachineDepthwise {
    /** Pixels of an item, at least: enough to make its overhead vanish. */
    private static final int PIXELS_PER_ITEM = 56;

    private MachineDepthwise() {}

    static Kernel prepare(Convolution spec, CpuFeatures cpu, InstructionSet set, PackingCache weights, Arena arena)
            throws TierUnavailableException {
        TensorView output = spec.output();
        List<ChannelBlock> channelBlocks = ChannelBlock.divideBytes(output.channels(), set);
        PackedConvolution packed = weights.get(PackedConvolution.depthwise(spec, channelBlocks, set));
        List<ChannelBlock> shapes = new ArrayList<>();
        List<Integer> variants = new ArrayList<>();
        for (ChannelBlock block : channelBlocks) {
            if (shapes.isEmpty() || !shapes.getLast().sameShape(block)) {
                shapes.add(block);
            }
            variants.add(shapes.size() - 1);
        }
        WorkList work = new WorkList();
        int rows = Math.max(1, PIXELS_PER_ITEM / output.width());
        for (int image = 0; image < output.batch(); image++) {
            for (int row = 0; row < output.height(); row += rows) {
                int count = Math.min(rows, output.height() - row);
                for (int b = 0; b < channelBlocks.size(); b++) {
                    work.add(item(spec, packed.blocks().get(b), image, row, count, variants.get(b)));
                }
            }
        }
        Assembler code = new Assembler(cpu.evexDotProducts());
        ConstantPool pool = new ConstantPool(arena, WorkLoop.POOL);
        DepthwiseEmitter emitter = new DepthwiseEmitter(spec, packed.floor(), code, set, pool, tapTable(spec, arena));
        List<Runnable> bodies = new ArrayList<>();
        for (ChannelBlock shape : shapes) {
            bodies.add(() -> emitter.emit(shape));
        }
        WorkLoop.emit(code, work.allocate(arena).address(), pool.address(), bodies);
        return EmittedKernel.load(name(spec, set), work.size(), code.toByteArray(), arena);
    }

    private static String name(Convolution spec, InstructionSet set) {
        String input = spec.input().type() == ElementType.UINT8 ? "u8" : "s8";
        String window = spec.shape().kernelHeight() + "x" + spec.shape().kernelWidth();
        String manner = DepthwiseEmitter.walks(spec.shape(), set) ? "walk" : "taps";
        return input + "s8-depthwise" + window + "-" + manner + "-" + set.label();
    }

    private static Item item(Convolution spec, Block block, int image, int row, int count, int variant) {
        TensorView in = spec.input();
        TensorView out = spec.output();
        TensorView residual = spec.residual() == null ? out : spec.residual().view();
        int channel = block.channels().first();
        long rowStep = spec.shape().strideHeight() * in.rowStride();
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
        int taps = spec.shape().taps();
        int padded = (taps + 3) / 4 * 4;
        MemorySegment table = arena.allocate((long) padded * Long.BYTES, Long.BYTES);
        for (int i = 0; i < padded; i++) {
            int tap = Math.min(i, taps - 1);
            table.setAtIndex(ValueLayout.JAVA_LONG, i, DepthwiseEmitter.offset(spec, tap));
        }
        return table.address();
    }
}
