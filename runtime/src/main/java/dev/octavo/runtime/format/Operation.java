package dev.octavo.runtime.format;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Epilogue;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatScatter;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operation computes, apart from where its tensors lie. The arithmetic of each is that of the record of the
 * kernels that it names.
 */
public sealed interface Operation {
    /**
     * {@link dev.octavo.kernels.Convolution} of a feature map, or of [N, C] or [N, C, L] taken as [N, C, 1, 1] or
     * [N, C, 1, L]. Inputs: the feature map, and the residual if there is one.
     *
     * @param weights int8 [O][kernelHeight][kernelWidth][C / groups]
     * @param residual multiplier of the second input, or null
     */
    record Convolution(
            ConvolutionShape shape,
            Padding padding,
            MemorySegment weights,
            int[] bias,
            Epilogue epilogue,
            @Nullable FixedPointMultiplier residual)
            implements Operation {}

    /**
     * {@link dev.octavo.kernels.FloatConvolution}, with shapes as for {@link Convolution}. Inputs: the feature map, and
     * the residual if there is one.
     *
     * @param weights float [O][kernelHeight][kernelWidth][C / groups]
     */
    record FloatConvolution(
            ConvolutionShape shape, Padding padding, MemorySegment weights, float[] bias, float low, float high)
            implements Operation {}

    /**
     * {@link Pooling} of a feature map, or of [N, C, L] taken as [N, C, 1, L]. Input: the feature map.
     *
     * @param offset added to the sums of an average of bytes; 0 where windows are padded
     * @param ratio for averages of bytes: scale of the input over scale of the output; 0 otherwise
     */
    record Pool(
            Pooling.Kind kind, ConvolutionShape window, Padding padding, boolean countPadding, int offset, double ratio)
            implements Operation {}

    /** {@link dev.octavo.kernels.QuantizedAdd}. Inputs: left, right, either broadcast. */
    record Add(FixedPointMultiplier left, FixedPointMultiplier right, float offset, int low, int high)
            implements Operation {}

    /** {@link dev.octavo.kernels.QuantizedMultiply}. Inputs: left, right, either broadcast. */
    record Multiply(FixedPointMultiplier multiplier, int leftZero, int rightZero, int bias, int low, int high)
            implements Operation {}

    /** {@link dev.octavo.kernels.LookUp}. Input: a quantized tensor. */
    record LookUp(byte[] table) implements Operation {}

    /** {@link dev.octavo.kernels.Quantize} with the scale of its output and no shift. Input: a float tensor. */
    record Quantize(int zeroPoint, int low, int high) implements Operation {}

    /**
     * {@link dev.octavo.kernels.Dequantize} with the scale of its input. Input: a quantized tensor.
     *
     * @param zero the code of 0 of the input; 0 for pictures, whose bytes become the numbers of their pixels
     */
    record Dequantize(int zero) implements Operation {}

    /** {@link FloatUnary}. Input: a float tensor. */
    record Unary(FloatUnary.Function function, float alpha, float beta) implements Operation {}

    /** {@link FloatBinary}. Inputs: left, right, either broadcast. */
    record Binary(FloatBinary.Function function) implements Operation {}

    /** {@link dev.octavo.kernels.FloatMatMul}. Inputs: left [..., M, K], right [..., K, N], either broadcast. */
    record MatMul() implements Operation {}

    /** {@link dev.octavo.kernels.FloatSoftmax} along {@code axis}, counted from 0. Input: a float tensor. */
    record Softmax(int axis) implements Operation {}

    /**
     * {@link FloatReduction} over {@code axes}, counted from 0; the output's shape tells whether they stay as extents of 1.
     * Input: a float tensor.
     */
    record Reduction(FloatReduction.Kind kind, List<Integer> axes) implements Operation {}

    /** {@link dev.octavo.kernels.FloatSelect}. Inputs: condition, left, right, all broadcast. */
    record Select() implements Operation {}

    /**
     * {@link dev.octavo.kernels.FloatArgExtreme} along {@code axis}, counted from 0; the output's shape tells whether it
     * stays as an extent of 1. Input: a float tensor.
     */
    record ArgExtreme(int axis, boolean least, boolean last) implements Operation {}

    /** {@link dev.octavo.kernels.FloatTopK} along {@code axis}, counted from 0. Input: a float tensor. */
    record TopK(int axis, boolean least, boolean indices) implements Operation {}

    /**
     * {@link dev.octavo.kernels.FloatGather}. Inputs: data, indices along {@code axis}, counted from 0.
     *
     * @param elements whether the output has the shape of the indices, and takes each element from its own line of the
     *     data; else the dimensions of the indices take the place of the axis
     */
    record Gather(int axis, boolean elements) implements Operation {}

    /**
     * The data with some elements combined with others by {@link FloatScatter}. Inputs: data, indices along {@code axis}
     * that are broadcast to the shape of the updates, updates.
     */
    record Scatter(int axis, FloatScatter.Combination combination) implements Operation {}

    /** Gives the elements, in the order of the dimensions, another shape. Input: any tensor. */
    record Reshape() implements Operation {}

    /** Output dimension {@code d} is input dimension {@code order[d]}. Input: any tensor. */
    record Transpose(List<Integer> order) implements Operation {}

    /** Output index {@code i} of dimension {@code d} is input index {@code starts[d] + i · steps[d]}. Input: any tensor. */
    record Slice(List<Integer> starts, List<Integer> steps) implements Operation {}

    /** Inputs one after the other along {@code axis}; all of the output's type and scale. Inputs: one or more tensors. */
    record Concat(int axis) implements Operation {}

    /**
     * The input surrounded by a constant.
     *
     * @param before elements before the first, per dimension
     * @param element little-endian bytes of the constant
     */
    record Pad(List<Integer> before, byte[] element) implements Operation {}
}
