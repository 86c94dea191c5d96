package dev.octavo.kernels;

/**
 * Products of matrices that are both computed by the model; a constant matrix makes a {@link FloatConvolution}.
 *
 * <p>The order is part of the definition: {@code acc = 0}, then {@code acc = fma(a[m,k], b[k,n], acc)} over k.
 *
 * @param left float [..., M, K]
 * @param right float [..., K, N], of the same rank, its leading dimensions broadcast to the output's
 * @param output float [..., M, N]
 */
public record FloatMatMul(TensorView left, TensorView right, TensorView output) implements KernelSpec {
    /** Checks that everything fits together. */
    public FloatMatMul {
        Checks.type(left, ElementType.FLOAT32);
        Checks.type(right, ElementType.FLOAT32);
        Checks.type(output, ElementType.FLOAT32);
        Checks.output(output);
        int rank = output.rank();
        Checks.require(
                rank >= 2 && left.rank() == rank && right.rank() == rank,
                "%s, %s and %s must have the same rank",
                left,
                right,
                output);
        for (int d = 0; d < rank - 2; d++) {
            Checks.require(
                    left.size(d) == output.size(d) && right.size(d) == output.size(d),
                    "%s and %s must be broadcast to %s",
                    left,
                    right,
                    output);
        }
        Checks.require(
                left.size(rank - 2) == output.size(rank - 2)
                        && right.size(rank - 1) == output.size(rank - 1)
                        && left.size(rank - 1) == right.size(rank - 2),
                "%s times %s does not give %s",
                left,
                right,
                output);
    }

    @Override
    public long macs() {
        return output.elements() * left.size(left.rank() - 1);
    }
}
