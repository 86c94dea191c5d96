package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ChannelOrder;
import dev.octavo.kernels.machine.work.ConvolutionRuns;
import dev.octavo.kernels.machine.work.PixelGrid.Pixel;
import dev.octavo.kernels.machine.work.PixelGrid.Region;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import java.util.ArrayList;
import java.util.List;

/**
 * Emits convolution as an implicit matrix product: a tile of pixels × channels accumulates in registers, from biases to what is
 * stored, so that neither sums nor a rearranged input ever go to memory.
 *
 * <p>All but four registers are accumulators: of bytes, 7 pixels × 4 vectors of 16 channels with AVX-512, 3 × 4 of 8 with
 * AVX-VNNI; fewer are where {@link WordGroupTile} sums words first. The last products of a {@link ConvolutionTile} go pixel by pixel, so that the stores of one run beside the products of the next.
 */
final class ConvolutionEmitter {
    /** Pixels, the two just stored included, from which on loading constants pays. */
    private static final int LEAST_KEEPING = 3;

    private final ElementType inputType;
    private final ConvolutionRuns runs;
    private final TileEpilogue epilogue;
    private final boolean readsResidual;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final InstructionSet set;

    ConvolutionEmitter(ElementType inputType, ConvolutionRuns runs, TileEpilogue.Form epilogue, KernelBuilder kernel) {
        this.inputType = inputType;
        this.runs = runs;
        this.code = kernel.code();
        this.set = kernel.set();
        this.simd = new Simd(code, set);
        this.readsResidual = epilogue.readsResidual();
        this.epilogue = epilogue.emitter(kernel, simd, accumulators(set));
        this.pool = kernel.pool();
    }

    /** Accumulators of a tile of floats, or of dot products. */
    static int accumulators(InstructionSet set) {
        return set.registers() - ConvolutionTile.TEMPORARIES;
    }

    /** Most pixels of a tile with this many accumulators per pixel. */
    static int pixels(ElementType input, InstructionSet set, int vectors) {
        return wordGroups(input, set) ? WordGroupTile.pixels(set, vectors) : accumulators(set) / vectors;
    }

    /** Whether {@link WordGroups} take the place of a dot product. */
    static boolean wordGroups(ElementType input, InstructionSet set) {
        return input != ElementType.FLOAT32 && !set.dotProducts();
    }

    /**
     * Code for all lines of a region, with the item's registers as {@link WorkLoop} sets them.
     *
     * @param ahead bytes of later weights that are prefetched per step
     */
    void emit(ChannelBlock block, Region region, int ahead) {
        int elements = simd.bytes() / Integer.BYTES;
        int tail = block.order() != ChannelOrder.NATURAL
                ? block.channels()
                : block.channels() - (block.vectors() - 1) * elements;
        simd.storeMask(tail, ConvolutionTile.STEP_COUNTER);
        if (ahead > 0) {
            code.mov(WorkLoop.AHEAD, Memory.at(WorkLoop.ITEM, WorkList.AHEAD));
        }
        RegionLoop.emit(code, region, readsResidual, run -> tile(block, run.pixels(), ahead));
    }

    private void tile(ChannelBlock block, List<Pixel> pixels, int ahead) {
        TileSums tile = wordGroups(inputType, set)
                ? new WordGroupTile(code, set, pool, inputType, runs, block, pixels, ahead)
                : new ConvolutionTile(code, set, pool, inputType, runs, block, pixels, ahead);
        tile.begin();
        epilogue.begin();
        for (int m = 0; m < pixels.size(); m += 2) {
            int count = Math.min(2, pixels.size() - m);
            tile.finish(m, count);
            if (block.order() == ChannelOrder.PAIRED && epilogue instanceof RequantizationEmitter pairs) {
                storePair(tile, block, pixels, m, m + count - 1, pairs);
            } else {
                for (int i = 0; i < count; i++) {
                    store(tile, block, pixels, m + i);
                }
            }
            if (m + LEAST_KEEPING < pixels.size()) {
                keep(tile, block, m, count);
            }
        }
    }

    /** Accumulators of stored pixels serve the epilogue of the others. */
    private void keep(TileSums tile, ChannelBlock block, int pixel, int count) {
        List<VectorRegister> free = new ArrayList<>();
        for (int m = pixel; m < pixel + count; m++) {
            free.addAll(List.of(accumulators(tile, block, m)));
        }
        epilogue.keep(block, Memory.at(WorkLoop.CONSTANTS), free);
    }

    private void store(TileSums tile, ChannelBlock block, List<Pixel> pixels, int pixel) {
        epilogue.emit(
                block,
                accumulators(tile, block, pixel),
                Memory.at(WorkLoop.CONSTANTS),
                output(pixels, pixel),
                residual(pixels, pixel));
    }

    private void storePair(
            TileSums tile,
            ChannelBlock block,
            List<Pixel> pixels,
            int first,
            int second,
            RequantizationEmitter emitter) {
        emitter.emitPair(
                block,
                List.of(accumulators(tile, block, first), accumulators(tile, block, second)),
                Memory.at(WorkLoop.CONSTANTS),
                List.of(output(pixels, first), output(pixels, second)),
                List.of(residual(pixels, first), residual(pixels, second)));
    }

    private VectorRegister[] accumulators(TileSums tile, ChannelBlock block, int pixel) {
        VectorRegister[] accumulators = new VectorRegister[block.vectors()];
        for (int j = 0; j < accumulators.length; j++) {
            accumulators[j] = tile.accumulator(pixel, j);
        }
        return accumulators;
    }

    private static Memory output(List<Pixel> pixels, int pixel) {
        return Memory.at(WorkLoop.OUTPUT, pixels.get(pixel).at().output());
    }

    private static Memory residual(List<Pixel> pixels, int pixel) {
        return Memory.at(WorkLoop.RESIDUAL, pixels.get(pixel).at().residual());
    }
}
