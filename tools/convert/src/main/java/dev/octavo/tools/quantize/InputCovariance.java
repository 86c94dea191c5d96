package dev.octavo.tools.quantize;

/**
 * How the inputs of a layer vary together: the covariance of what one output sums, [kernels · taps] values in the order of
 * its weights, in square blocks along the diagonal. What lies outside of the blocks is taken as 0.
 *
 * @param blockSize values per block; divides the number of weights of one output channel
 * @param blocks one for each group and each block of its input row, in order, row-major
 */
public record InputCovariance(int blockSize, float[][] blocks) {
    /** Checks the sizes. */
    public InputCovariance {
        for (float[] block : blocks) {
            if (block.length != blockSize * blockSize) {
                throw new IllegalArgumentException(block.length + " values in a block of " + blockSize);
            }
        }
    }
}
