package dev.octavo.kernels;

import java.util.List;

/**
 * Convolutions of which each reads what the one before it writes. The result is that of one after the other; but the tensors
 * between are computed a few rows at a time and used up at once, so that they stay in the caches.
 *
 * <p>The views of a tensor between have its whole shape, while memory holds a strip of it: which row a row of the strip is
 * changes as the work goes on. The view begins with the strip's first row, at the tensor's first column. Around the
 * columns of a strip lie the columns of padding that its reader needs, zeros which nothing overwrites.
 *
 * @param convolutions two or more, with bytes as output; only the last may have a residual, which is none of the tensors of
 *     the chain but may be the memory of its output
 * @param strips what memory holds of the output of each convolution but the last
 * @param blockRows rows of the last output that are computed at a time
 * @param lanes into how many parts the work is divided, each with strips of its own; those of one tensor follow each other
 */
public record ConvolutionChain(List<Convolution> convolutions, List<Strip> strips, int blockRows, int lanes) {
    /** A row of a strip has at least so many bytes. */
    public static final int LEAST_ROW_BYTES = 64;

    /**
     * Part of a tensor between.
     *
     * @param rows that the strip holds
     * @param top rows of zeros that its reader wants above the tensor
     */
    public record Strip(int rows, int top) {}

    /** Checks that everything fits together. */
    public ConvolutionChain {
        convolutions = List.copyOf(convolutions);
        strips = List.copyOf(strips);
        Checks.require(convolutions.size() >= 2, "a chain of %s convolutions", convolutions.size());
        Checks.require(strips.size() == convolutions.size() - 1, "%s strips", strips.size());
        Checks.require(blockRows >= 1 && lanes >= 1, "%s rows, %s lanes", blockRows, lanes);
        int rows = blockRows;
        for (int i = strips.size(); i > 0; i--) {
            Convolution reader = convolutions.get(i);
            Convolution writer = convolutions.get(i - 1);
            rows = inputRows(reader.shape(), rows);
            Checks.require(strips.get(i - 1).rows() >= rows, "a strip of less than %s rows", rows);
            Checks.require(writer.residual() == null, "a residual within a chain");
            Checks.require(writer.output().type().quantized(), "a chain through %s", writer.output());
            Checks.require(
                    writer.output().type() == reader.input().type()
                            && writer.output().rowStride() == reader.input().rowStride()
                            && writer.output().rowStride() >= LEAST_ROW_BYTES,
                    "%s is not read as %s",
                    writer.output(),
                    reader.input());
        }
        Checks.require(convolutions.getLast().output().type().quantized(), "a chain ends in bytes");
    }

    /** Returns the multiplications of all convolutions together. */
    public long macs() {
        return convolutions.stream().mapToLong(Convolution::macs).sum();
    }

    /** Rows of input, padding included, that rows of output depend on. */
    public static int inputRows(ConvolutionShape shape, int outputRows) {
        return (outputRows - 1) * shape.strideHeight() + (shape.kernelHeight() - 1) * shape.dilationHeight() + 1;
    }
}
