package dev.octavo.kernels;

/**
 * The window of a convolution or a pooling. Padding is not part of it: see {@link TensorView}.
 *
 * @param kernelHeight taps down, at least 1
 * @param kernelWidth taps across, at least 1
 * @param strideHeight rows from one output to the next, at least 1
 * @param strideWidth columns from one output to the next, at least 1
 * @param dilationHeight rows from one tap to the next, at least 1
 * @param dilationWidth columns from one tap to the next, at least 1
 * @param groups into how many independent parts the channels divide; 1 for pooling
 */
public record ConvolutionShape(
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth,
        int groups) {
    /** Checks the ranges. */
    public ConvolutionShape {
        if (kernelHeight < 1
                || kernelWidth < 1
                || strideHeight < 1
                || strideWidth < 1
                || dilationHeight < 1
                || dilationWidth < 1
                || groups < 1) {
            throw new IllegalArgumentException("kernel " + kernelHeight + "x" + kernelWidth + ", stride " + strideHeight
                    + "x" + strideWidth + ", dilation " + dilationHeight + "x" + dilationWidth + " and " + groups
                    + " groups must all be positive");
        }
    }

    /** Returns a window with stride 1, dilation 1 and one group. */
    public static ConvolutionShape of(int kernelHeight, int kernelWidth) {
        return new ConvolutionShape(kernelHeight, kernelWidth, 1, 1, 1, 1, 1);
    }

    /** Returns this window with other strides, in input elements. */
    public ConvolutionShape withStride(int height, int width) {
        return new ConvolutionShape(kernelHeight, kernelWidth, height, width, dilationHeight, dilationWidth, groups);
    }

    /** Returns this window with other dilations, in input elements. */
    public ConvolutionShape withDilation(int height, int width) {
        return new ConvolutionShape(kernelHeight, kernelWidth, strideHeight, strideWidth, height, width, groups);
    }

    /** Returns this window over another number of groups. */
    public ConvolutionShape withGroups(int newGroups) {
        return new ConvolutionShape(
                kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, newGroups);
    }

    /** Returns the number of taps: kernel height times kernel width. */
    public int taps() {
        return kernelHeight * kernelWidth;
    }

    /** Rows from the first to the last tap, both included. */
    public int extentHeight() {
        return (kernelHeight - 1) * dilationHeight + 1;
    }

    /** Columns from the first to the last tap, both included. */
    public int extentWidth() {
        return (kernelWidth - 1) * dilationWidth + 1;
    }

    /** Rows of output over {@code height} rows of input, padding included; 0 or less if the window does not fit. */
    public int outputHeight(int height) {
        return Math.floorDiv(height - extentHeight(), strideHeight) + 1;
    }

    /** Columns of output over {@code width} columns of input, padding included; 0 or less if the window does not fit. */
    public int outputWidth(int width) {
        return Math.floorDiv(width - extentWidth(), strideWidth) + 1;
    }
}
