package dev.octavo.kernels.machine;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;

/** Emits what becomes of the sums of a {@link ConvolutionTile}. */
interface TileEpilogue {
    /** Loads what {@link #emit} keeps in registers. */
    void begin();

    /**
     * Finishes and stores one pixel; clobbers the accumulators.
     *
     * @param constants of the block, as its packing lays them out
     */
    void emit(ChannelBlock block, VectorRegister[] accumulators, Memory constants, Memory output, Memory residual);

    /**
     * For a convolution of bytes.
     *
     * @param floor whether results below {@link RequantizationEmitter#LEAST_EXACT} can occur
     * @param temporaries number of the first of four registers that are free
     */
    static TileEpilogue of(Convolution spec, KernelBuilder kernel, Simd simd, boolean floor, int temporaries) {
        return switch (spec.epilogue()) {
            case Requantization requantization ->
                new RequantizationEmitter(
                        kernel.code(),
                        simd,
                        kernel.pool(),
                        requantization,
                        spec.output().type(),
                        spec.residual(),
                        floor,
                        temporaries);
            case Rescaling _ -> new RescalingEmitter(kernel.code(), simd, simd.register(temporaries));
        };
    }
}
