package dev.octavo.kernels;

/**
 * A sum, product or extreme over some dimensions, computed in single precision in the order of the dimensions.
 *
 * @param input float
 * @param output float, of the same rank, with extent 1 where the input is reduced
 */
public record FloatReduction(Kind kind, TensorView input, TensorView output) implements KernelSpec {
    /** What is computed of the elements. */
    public enum Kind {
        /** The sum from 0, divided once by the count. */
        MEAN,
        /** The sum, from 0. */
        SUM,
        /** The product, from 1. */
        PRODUCT,
        /** The greatest by {@link Math#max}, from −∞. */
        MAXIMUM,
        /** The least by {@link Math#min}, from +∞. */
        MINIMUM
    }

    /** Checks that everything fits together. */
    public FloatReduction {
        Checks.type(input, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.output(output);
        Checks.require(input.rank() == output.rank(), "%s and %s must have the same rank", input, output);
        for (int d = 0; d < input.rank(); d++) {
            Checks.require(
                    output.size(d) == input.size(d) || output.size(d) == 1, "%s does not reduce to %s", input, output);
        }
    }
}
