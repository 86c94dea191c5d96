package dev.octavo.kernels;

/**
 * The mean over some dimensions: summed in single precision in the order of the dimensions, from 0, then divided once by
 * the count.
 *
 * @param input float
 * @param output float, of the same rank, with extent 1 where the input is reduced
 */
public record FloatReduceMean(TensorView input, TensorView output) implements KernelSpec {
    /** Checks that everything fits together. */
    public FloatReduceMean {
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
