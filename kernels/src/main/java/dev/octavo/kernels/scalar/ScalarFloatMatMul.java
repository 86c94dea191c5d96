package dev.octavo.kernels.scalar;

import dev.octavo.kernels.FloatMatMul;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import java.lang.foreign.MemorySegment;

/** {@link FloatMatMul}; a unit is one row of one matrix of the output. */
final class ScalarFloatMatMul implements Kernel {
    private final TensorView left;
    private final TensorView right;
    private final TensorView output;
    private final int rank;

    ScalarFloatMatMul(FloatMatMul spec) {
        this.left = spec.left();
        this.right = spec.right();
        this.output = spec.output();
        this.rank = output.rank();
    }

    @Override
    public String name() {
        return "f32-matmul-scalar";
    }

    @Override
    public int units() {
        return Rows.count(output);
    }

    @Override
    public void run(MemorySegment memory, long scratch, int from, int to) {
        int height = output.size(rank - 2);
        int depth = left.size(rank - 1);
        for (int row = from; row < to; row++) {
            long leftRow = Rows.offset(left, row);
            // Row 0 of the same matrix: the right factor differs in its rows, not in the dimensions before them.
            long rightMatrix = Rows.offset(right, row / height * right.size(rank - 2));
            long outputRow = Rows.offset(output, row);
            for (int n = 0; n < output.size(rank - 1); n++) {
                float sum = 0;
                for (int k = 0; k < depth; k++) {
                    float a = Elements.real(memory, leftRow + k * left.stride(rank - 1));
                    float b = Elements.real(
                            memory, rightMatrix + k * right.stride(rank - 2) + n * right.stride(rank - 1));
                    sum = Math.fma(a, b, sum);
                }
                Elements.putReal(memory, outputRow + n * output.stride(rank - 1), sum);
            }
        }
    }
}
