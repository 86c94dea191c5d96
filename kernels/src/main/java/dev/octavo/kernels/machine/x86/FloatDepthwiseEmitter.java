package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VFMADD231PS;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.machine.code.FloatDepthwiseCode;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import dev.octavo.kernels.machine.work.PixelGrid.Pixel;
import dev.octavo.kernels.machine.work.PixelGrid.Region;
import dev.octavo.kernels.machine.work.PixelGrid.Step;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import java.util.List;

/**
 * Emits depthwise convolution of floats: neighbouring pixels, which share each weight, for one vector of channels after the other.
 * So the windows of a tile stay in L1 while all their channels are gone through, which lie side by side there.
 */
final class FloatDepthwiseEmitter implements FloatDepthwiseCode {
    /** Enough independent sums to hide the latency of a multiply-add; 7 divides the widths of most networks. */
    private static final int MOST_PIXELS = 14;
    /** Larger windows are looped over by rows. */
    private static final int MOST_UNROLLED = 49;

    private static final Gpr VECTOR_COUNTER = Gpr.RAX;
    private static final Gpr ROW_COUNTER = Gpr.RDX;
    private static final Gpr ROW = Gpr.RCX;
    private static final Gpr ROW_WEIGHTS = Gpr.R11;

    private final ConvolutionTensors tensors;
    private final ConvolutionShape shape;
    private final TileEpilogue epilogue;
    private final Assembler code;
    private final Simd simd;
    private final VectorRegister weight;
    private final KernelBuilder kernel;
    private final List<ChannelBlock> blocks;

    /**
     * @param blocks one vector of channels each, packed one after the other
     */
    FloatDepthwiseEmitter(FloatConvolution spec, List<ChannelBlock> blocks, KernelBuilder kernel) {
        this.tensors = ConvolutionTensors.of(spec);
        this.shape = tensors.shape();
        this.kernel = kernel;
        this.blocks = blocks;
        this.code = kernel.code();
        this.simd = new Simd(code, kernel.set());
        this.epilogue = ClampEmitter.Form.of(spec).emitter(kernel, simd, ConvolutionEmitter.accumulators(kernel.set()));
        this.weight = simd.register(kernel.set().registers() - 1);
    }

    @Override
    public int pixels() {
        return Math.min(MOST_PIXELS, ConvolutionEmitter.accumulators(kernel.set()));
    }

    @Override
    public int variant(Region region) {
        return kernel.variant(() -> emit(region));
    }

    /** Code for all lines of a region. */
    private void emit(Region region) {
        ChannelBlock last = blocks.getLast();
        simd.storeMask(last.channels(), VECTOR_COUNTER);
        epilogue.begin();
        RegionLoop.emit(code, region, tensors.residual() != null, run -> {
            if (blocks.size() > 1) {
                WorkLoop.repeat(code, VECTOR_COUNTER, blocks.size() - 1, () -> {
                    tile(blocks.getFirst(), run.pixels());
                    nextVectors(1);
                });
            }
            tile(last, run.pixels());
            nextVectors(1 - blocks.size());
        });
    }

    private void nextVectors(int count) {
        long bytes = (long) count * simd.bytes();
        RegionLoop.advance(code, new Step(bytes, bytes, bytes), tensors.residual() != null);
        WorkLoop.advance(code, WorkLoop.WEIGHTS, bytes * (1 + shape.taps()));
    }

    private void tile(ChannelBlock block, List<Pixel> pixels) {
        simd.load(simd.register(0), Memory.at(WorkLoop.WEIGHTS));
        for (int m = 1; m < pixels.size(); m++) {
            simd.copy(simd.register(m), simd.register(0));
        }
        if (shape.taps() <= MOST_UNROLLED) {
            for (int tap = 0; tap < shape.taps(); tap++) {
                products(pixels, WorkLoop.INPUT, tensors.tap(tap), WorkLoop.WEIGHTS, 1 + tap);
            }
        } else {
            code.mov(ROW, WorkLoop.INPUT);
            code.lea(ROW_WEIGHTS, Memory.at(WorkLoop.WEIGHTS, simd.bytes()));
            WorkLoop.repeat(code, ROW_COUNTER, shape.kernelHeight(), () -> {
                for (int tap = 0; tap < shape.kernelWidth(); tap++) {
                    products(pixels, ROW, tensors.tap(tap), ROW_WEIGHTS, tap);
                }
                code.add(ROW, shape.dilationHeight() * tensors.input().rowStride());
                code.add(ROW_WEIGHTS, (long) shape.kernelWidth() * simd.bytes());
            });
        }
        for (int m = 0; m < pixels.size(); m++) {
            Step at = pixels.get(m).at();
            epilogue.emit(
                    block,
                    new VectorRegister[] {simd.register(m)},
                    Memory.at(WorkLoop.WEIGHTS),
                    Memory.at(WorkLoop.OUTPUT, at.output()),
                    Memory.at(WorkLoop.RESIDUAL, at.residual()));
        }
    }

    /** Adds one tap of each pixel. */
    private void products(List<Pixel> pixels, Gpr window, long tap, Gpr weights, int index) {
        simd.load(weight, Memory.at(weights, (long) index * simd.bytes()));
        for (int m = 0; m < pixels.size(); m++) {
            code.emit(
                    VFMADD231PS,
                    simd.register(m),
                    weight,
                    Memory.at(window, pixels.get(m).at().input() + tap));
        }
    }
}
