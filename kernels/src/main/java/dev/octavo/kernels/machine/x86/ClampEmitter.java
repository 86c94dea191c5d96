package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VADDPS;

import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.machine.work.ChannelBlock;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import org.jspecify.annotations.Nullable;

/** From sums of floats to stored floats: residual and bounds. */
final class ClampEmitter implements TileEpilogue {
    /** Bounds, and whether there is a residual. */
    record Form(float low, float high, boolean residual) implements TileEpilogue.Form {
        static Form of(FloatConvolution spec) {
            return new Form(spec.low(), spec.high(), spec.residual() != null);
        }

        @Override
        public TileEpilogue emitter(KernelBuilder kernel, Simd simd, int temporaries) {
            return new ClampEmitter(this, kernel.code(), simd, kernel.pool(), temporaries);
        }

        @Override
        public boolean readsResidual() {
            return residual;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Form form
                    && Float.compare(low, form.low) == 0
                    && Float.compare(high, form.high) == 0
                    && residual == form.residual;
        }

        @Override
        public int hashCode() {
            return 31 * Float.hashCode(low) + Float.hashCode(high);
        }
    }

    private final boolean residual;
    private final FloatBounds bounds;
    private final Assembler code;
    private final Simd simd;
    private final VectorRegister temporary;

    private ClampEmitter(Form form, Assembler code, Simd simd, ConstantPool pool, int temporaries) {
        this.residual = form.residual;
        this.code = code;
        this.simd = simd;
        this.temporary = simd.register(temporaries + 1);
        this.bounds = new FloatBounds(form.low, form.high, code, simd, pool, simd.register(temporaries), temporary);
    }

    @Override
    public void begin() {
        bounds.begin();
    }

    @Override
    public void emit(ChannelBlock block, VectorRegister[] accumulators, Memory constants, Memory output, Memory added) {
        for (int j = 0; residual && j < accumulators.length; j++) {
            code.emit(VADDPS, accumulators[j], accumulators[j], added.plus((long) j * simd.bytes()));
        }
        bounds.apply(accumulators);
        for (int j = 0; j < accumulators.length; j++) {
            simd.storeInts(output.plus((long) j * simd.bytes()), accumulators[j], block.elements(j), temporary);
        }
    }
}
