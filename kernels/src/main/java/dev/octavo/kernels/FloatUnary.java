package dev.octavo.kernels;

/**
 * A function of each element.
 *
 * @param alpha first parameter of the function
 * @param beta second parameter of the function
 * @param input float
 * @param output float, of the same shape; may be the input's own memory
 */
public record FloatUnary(Function function, float alpha, float beta, TensorView input, TensorView output)
        implements KernelSpec {
    /** The functions, by their names in the ONNX format. */
    public enum Function {
        /** {@code max(alpha, min(x, beta))}; ReLU has alpha 0 and beta +∞. */
        CLIP,
        /** {@code x < 0 ? alpha · x : x}. */
        LEAKY_RELU,
        /** {@code 1 / (1 + e^−x)}, within 2 units in the last place. */
        SIGMOID,
        /** {@code max(0, min(1, fma(alpha, x, beta)))}. */
        HARD_SIGMOID,
        /** {@code x · max(0, min(1, fma(1/6, x, 1/2)))}. */
        HARD_SWISH,
        /** {@code x^alpha} as {@link Math#pow} has it, rounded to single precision. */
        POWER
    }

    /** Checks that everything fits together. */
    public FloatUnary {
        Checks.type(input, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.sameShape(input, output);
        Checks.output(output);
    }
}
