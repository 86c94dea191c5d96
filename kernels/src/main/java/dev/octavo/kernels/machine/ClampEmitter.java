package dev.octavo.kernels.machine;

import static dev.octavo.kernels.machine.VectorInstruction.VADDPS;
import static dev.octavo.kernels.machine.VectorInstruction.VMAXPS;
import static dev.octavo.kernels.machine.VectorInstruction.VMINPS;

import dev.octavo.kernels.FloatConvolution;

/**
 * From sums of floats to stored floats: residual, upper and lower bound.
 *
 * <p>{@code vminps} and {@code vmaxps} give their second source if the first does not compare as less, or greater: a NaN there
 * passes, as {@link Math#min} wants it, and so does a zero of either sign. That is wrong for a bound of the greater zero
 * below, which an addition of that zero sets right, and for one of the lesser zero above, which is refused.
 */
final class ClampEmitter implements TileEpilogue {
    private final FloatConvolution spec;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final VectorRegister low;
    private final VectorRegister temporary;

    /**
     * @param temporaries number of the first of two registers that are free
     */
    ClampEmitter(FloatConvolution spec, Assembler code, Simd simd, ConstantPool pool, int temporaries) {
        this.spec = spec;
        this.code = code;
        this.simd = simd;
        this.pool = pool;
        this.low = simd.register(temporaries);
        this.temporary = simd.register(temporaries + 1);
    }

    /** Whether the bounds of a convolution can be taken here. */
    static boolean supports(FloatConvolution spec) {
        return Float.floatToRawIntBits(spec.high()) != Integer.MIN_VALUE;
    }

    @Override
    public void begin() {
        if (bounded()) {
            simd.load(low, pool.repeatedFloat(spec.low()));
        }
    }

    private boolean bounded() {
        return spec.low() != Float.NEGATIVE_INFINITY;
    }

    @Override
    public void emit(
            ChannelBlock block, VectorRegister[] accumulators, Memory constants, Memory output, Memory residual) {
        for (int j = 0; spec.residual() != null && j < accumulators.length; j++) {
            code.emit(VADDPS, accumulators[j], accumulators[j], residual.plus((long) j * simd.bytes()));
        }
        if (spec.high() != Float.POSITIVE_INFINITY) {
            simd.load(temporary, pool.repeatedFloat(spec.high()));
            for (VectorRegister accumulator : accumulators) {
                code.emit(VMINPS, accumulator, temporary, accumulator);
            }
        }
        for (int j = 0; j < accumulators.length; j++) {
            VectorRegister accumulator = accumulators[j];
            if (bounded()) {
                code.emit(VMAXPS, accumulator, low, accumulator);
                if (Float.floatToRawIntBits(spec.low()) == 0) {
                    code.emit(VADDPS, accumulator, accumulator, low);
                }
            }
            simd.storeInts(output.plus((long) j * simd.bytes()), accumulator, block.elements(j), temporary);
        }
    }
}
