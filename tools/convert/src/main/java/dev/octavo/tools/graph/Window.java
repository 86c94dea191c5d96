package dev.octavo.tools.graph;

import dev.octavo.kernels.ConvolutionShape;

/**
 * The taps of a convolution or a pooling, and the padding around its input. One-dimensional ones have a height of 1.
 *
 * @param shape taps, strides, dilations and groups
 * @param padTop rows of padding before the first
 * @param padLeft columns of padding before the first
 * @param padBottom rows of padding after the last
 * @param padRight columns of padding after the last
 */
public record Window(ConvolutionShape shape, int padTop, int padLeft, int padBottom, int padRight) {
    /** Checks the ranges. */
    public Window {
        if (padTop < 0 || padLeft < 0 || padBottom < 0 || padRight < 0) {
            throw new IllegalArgumentException("negative padding");
        }
    }

    /** Without padding. */
    public static Window of(ConvolutionShape shape) {
        return new Window(shape, 0, 0, 0, 0);
    }

    /** Whether any side is padded. */
    public boolean padded() {
        return padTop + padLeft + padBottom + padRight > 0;
    }

    /** The window with more padding. */
    public Window padded(int top, int left, int bottom, int right) {
        return new Window(shape, padTop + top, padLeft + left, padBottom + bottom, padRight + right);
    }

    /** Rows of output for rows of input. */
    public int outputHeight(int height) {
        return shape.outputHeight(height + padTop + padBottom);
    }

    /** Columns of output for columns of input. */
    public int outputWidth(int width) {
        return shape.outputWidth(width + padLeft + padRight);
    }
}
