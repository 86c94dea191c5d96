package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VADDPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMAXPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMINPS;

import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;

/**
 * Emits {@code max(low, min(x, high))} of floats as {@link Math#max(float, float)} has it.
 *
 * <p>{@code vminps} and {@code vmaxps} give their second source unless the first is less, or greater: so a NaN passes, and so does
 * a zero of either sign. That is wrong where the lower bound is +0, which an addition of that zero sets right, and where the
 * upper one is −0, which is not supported.
 */
final class FloatBounds {
    private final float low;
    private final float high;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final VectorRegister least;
    private final VectorRegister most;

    /**
     * @param least register for the lower bound, from {@link #begin} on
     * @param most register for the upper bound, free between calls of {@link #apply}
     */
    FloatBounds(
            float low,
            float high,
            Assembler code,
            Simd simd,
            ConstantPool pool,
            VectorRegister least,
            VectorRegister most) {
        this.low = low;
        this.high = high;
        this.code = code;
        this.simd = simd;
        this.pool = pool;
        this.least = least;
        this.most = most;
    }

    /** Whether these bounds give the right zeros and NaNs. */
    static boolean supports(float low, float high) {
        return !Float.isNaN(low) && !Float.isNaN(high) && Float.floatToRawIntBits(high) != Integer.MIN_VALUE;
    }

    void begin() {
        if (low != Float.NEGATIVE_INFINITY) {
            simd.load(least, pool.repeatedFloat(low));
        }
    }

    void apply(VectorRegister... values) {
        if (high != Float.POSITIVE_INFINITY) {
            simd.load(most, pool.repeatedFloat(high));
            for (VectorRegister value : values) {
                code.emit(VMINPS, value, most, value);
            }
        }
        if (low != Float.NEGATIVE_INFINITY) {
            for (VectorRegister value : values) {
                code.emit(VMAXPS, value, least, value);
                if (Float.floatToRawIntBits(low) == 0) {
                    code.emit(VADDPS, value, value, least);
                }
            }
        }
    }
}
