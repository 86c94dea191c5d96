package dev.octavo.kernels;

/**
 * One operation on tensors of a plan's memory: what a tier prepares a {@link Kernel} for.
 *
 * <p>Each record defines its result exactly, to the last bit; the scalar tier computes it literally. Constructors refuse
 * arguments that do not fit together with {@link IllegalArgumentException}. Outputs never overlap inputs unless a record
 * says so.
 */
public sealed interface KernelSpec
        permits Convolution,
                FloatConvolution,
                Pooling,
                QuantizedAdd,
                QuantizedMultiply,
                LookUp,
                Copy,
                Fill,
                Quantize,
                Dequantize,
                FloatUnary,
                FloatBinary,
                FloatMatMul,
                FloatSoftmax,
                FloatReduction,
                FloatSelect,
                FloatArgExtreme,
                FloatTopK,
                FloatGather,
                FloatScatter {
    /** Returns where the result goes. */
    TensorView output();

    /** Returns how many multiplications with accumulation it takes; 0 where that is no measure of the work. */
    default long macs() {
        return 0;
    }
}
