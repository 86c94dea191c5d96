package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VCVTDQ2PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMULPS;

import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;

/** From int32 accumulators to floats, as {@link dev.octavo.kernels.Rescaling} says. */
final class RescalingEmitter implements TileEpilogue {
    /** There is only one, as scales are data. */
    enum Form implements TileEpilogue.Form {
        INSTANCE;

        @Override
        public TileEpilogue emitter(KernelBuilder kernel, Simd simd, int temporaries) {
            return new RescalingEmitter(kernel.code(), simd, simd.register(temporaries));
        }

        @Override
        public boolean readsResidual() {
            return false;
        }
    }

    private final Assembler code;
    private final Simd simd;
    private final VectorRegister temporary;

    private RescalingEmitter(Assembler code, Simd simd, VectorRegister temporary) {
        this.code = code;
        this.simd = simd;
        this.temporary = temporary;
    }

    @Override
    public void begin() {}

    @Override
    public void emit(
            ChannelBlock block, VectorRegister[] accumulators, Memory constants, Memory output, Memory residual) {
        long section = (long) block.vectors() * simd.bytes();
        for (int j = 0; j < accumulators.length; j++) {
            long at = (long) j * simd.bytes();
            code.emit(VCVTDQ2PS, accumulators[j], accumulators[j]);
            code.emit(VMULPS, accumulators[j], accumulators[j], constants.plus(section + at));
            simd.storeInts(output.plus(at), accumulators[j], block.elements(j), temporary);
        }
    }
}
