package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import java.util.List;

/** Emits what becomes of the sums of a {@link ConvolutionTile}. */
interface TileEpilogue {
    /** What the code depends on; equal forms give the same code. */
    sealed interface Form
            permits RequantizationEmitter.Form, ActivationEmitter.Form, RescalingEmitter.Form, ClampEmitter.Form {
        /**
         * For a kernel in the making.
         *
         * @param temporaries number of the first of four registers that are free
         */
        TileEpilogue emitter(KernelBuilder kernel, Simd simd, int temporaries);

        /** Whether {@link WorkLoop#RESIDUAL} is read. */
        boolean readsResidual();
    }

    /** Loads what {@link #emit} keeps in registers. */
    void begin();

    /**
     * Offers registers that stay free until the next {@link #begin}: constants in them need not be loaded once more for each
     * pixel.
     *
     * @param constants of the block
     */
    default void keep(ChannelBlock block, Memory constants, List<VectorRegister> free) {}

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
     */
    static Form of(Convolution spec, boolean floor) {
        return switch (spec.epilogue()) {
            case Requantization target ->
                RequantizationEmitter.Form.of(target, spec.output().type(), spec.residual(), floor);
            case Activation activation -> ActivationEmitter.Form.of(activation, spec);
            case Rescaling _ -> RescalingEmitter.Form.INSTANCE;
        };
    }
}
