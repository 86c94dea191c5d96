package dev.octavo.tools.graph;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatScatter;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import java.util.List;

/** An operator, with its parameters resolved: no defaults, no attributes that differ by version, axes counted from 0. */
public sealed interface Op {
    /** What messages and dumps call it. */
    default String kind() {
        return getClass().getSimpleName();
    }

    /** Tells whether every element of the result is an element of an operand, or a constant that pads it. */
    default boolean moves() {
        return switch (this) {
            case Movement _ -> true;
            case Pool pool -> pool.kindOfPool() == Pooling.Kind.MAX;
            case GlobalPool pool -> pool.kindOfPool() == Pooling.Kind.MAX;
            case Layer _, Unary _, RoundToGrid _, Binary _, FloatOnly _ -> false;
        };
    }

    /** Gives elements other places, and may surround them with a constant. */
    sealed interface Movement extends Op permits Reshape, Transpose, Slice, Concat, Pad {}

    /** Has no integer form: where a network keeps it, it runs in float. */
    sealed interface FloatOnly extends Op
            permits BatchNormalization, MatMul, Softmax, Reduction, Select, ArgExtreme, TopK, Gather, Scatter {}

    /** A layer with weights: what quantization is about. Its optional second input is a residual, added before the clamp. */
    sealed interface Layer extends Op permits Convolution, Linear {
        /** Output channels first, then input channels of a group, then taps if any. */
        FloatTensor weights();

        /** One per output channel. */
        FloatTensor bias();

        /** What follows the sum. */
        Clamp clamp();

        /** Returns this layer with other numbers. */
        Layer with(FloatTensor weights, FloatTensor bias, Clamp clamp);

        /** Number of output channels. */
        default int outputs() {
            return weights().size(0);
        }

        /** Number of input channels of a group. */
        default int inputsPerGroup() {
            return weights().size(1);
        }

        /** Number of taps. */
        default int taps() {
            return weights().elements() / (outputs() * inputsPerGroup());
        }

        /** Number of groups. */
        int groups();

        /** Whether every output channel reads the one input channel of the same number. */
        default boolean depthwise() {
            return groups() == outputs() && inputsPerGroup() == 1 && groups() > 1;
        }
    }

    /**
     * Convolution of [N, C, H, W] or [N, C, L].
     *
     * @param weights [O, C / groups, kernelHeight, kernelWidth]
     */
    record Convolution(Window window, FloatTensor weights, FloatTensor bias, Clamp clamp) implements Layer {
        @Override
        public Convolution with(FloatTensor newWeights, FloatTensor newBias, Clamp newClamp) {
            return new Convolution(window, newWeights, newBias, newClamp);
        }

        @Override
        public int groups() {
            return window.shape().groups();
        }
    }

    /**
     * Fully connected layer of [N, C].
     *
     * @param weights [O, C]
     */
    record Linear(FloatTensor weights, FloatTensor bias, Clamp clamp) implements Layer {
        @Override
        public Linear with(FloatTensor newWeights, FloatTensor newBias, Clamp newClamp) {
            return new Linear(newWeights, newBias, newClamp);
        }

        @Override
        public int groups() {
            return 1;
        }
    }

    /**
     * {@code (x − mean) / sqrt(variance + epsilon) · scale + shift}, per channel (dimension 1). All vectors are [C].
     */
    record BatchNormalization(
            FloatTensor scale, FloatTensor shift, FloatTensor mean, FloatTensor variance, float epsilon)
            implements FloatOnly {}

    /** A function of each element; a ReLU is a {@link FloatUnary.Function#CLIP}. */
    record Unary(FloatUnary.Function function, float alpha, float beta) implements Op {
        @Override
        public String kind() {
            return function.name();
        }

        /** The value of the function, in double precision. */
        public double apply(double x) {
            return function.apply(alpha, beta, x);
        }

        /** Returns a bound that no result is below; −∞ if there is none. */
        public double least() {
            return switch (function) {
                case CLIP -> alpha;
                case SIGMOID, HARD_SIGMOID, ABS, SQRT, EXP, NOT, IS_NAN, IS_INFINITE, SOFTPLUS, ACOS -> 0;
                case COSH -> 1;
                case SIGN, SIN, COS, TANH, ERF, SOFTSIGN -> -1;
                case HARD_SWISH -> -0.375;
                case SWISH -> alpha > 0 ? -0.2785 / alpha : Double.NEGATIVE_INFINITY;
                case MISH -> -0.31;
                case GELU, GELU_TANH -> -0.18;
                case SELU -> -Math.abs(alpha * beta);
                case CELU -> -Math.abs(alpha);
                case THRESHOLDED_RELU -> Math.min(0, alpha);
                default -> Double.NEGATIVE_INFINITY;
            };
        }

        /** Returns a bound that no result is above; +∞ if there is none. */
        public double greatest() {
            return switch (function) {
                case CLIP -> beta;
                case SIGMOID, HARD_SIGMOID, NOT, IS_NAN, IS_INFINITE, SIGN, SIN, COS, TANH, ERF, SOFTSIGN -> 1;
                default -> Double.POSITIVE_INFINITY;
            };
        }
    }

    /** The nearest number of a grid, ties to even: what storing a value in 8 bits elsewhere does to it. */
    record RoundToGrid(Grid grid) implements Op {}

    /** A function of two elements, broadcast by the rules of ONNX. */
    record Binary(FloatBinary.Function function) implements Op {
        @Override
        public String kind() {
            return function.name();
        }
    }

    /** Pooling of [N, C, H, W] or [N, C, L]. The window may run past the padding by what rounding up gave. */
    record Pool(Pooling.Kind kindOfPool, Window window, boolean countPadding) implements Op {
        @Override
        public String kind() {
            return kindOfPool + "_POOL";
        }
    }

    /** Pooling over all positions, to extents of 1. */
    record GlobalPool(Pooling.Kind kindOfPool) implements Op {
        @Override
        public String kind() {
            return "GLOBAL_" + kindOfPool + "_POOL";
        }
    }

    /** Product of two matrices, of which none is constant; leading dimensions are broadcast. */
    record MatMul() implements FloatOnly {}

    /**
     * Gives the elements another shape, that of its output. A leading dimension that is the batch stays the batch.
     */
    record Reshape() implements Movement {}

    /** Output dimension {@code d} is input dimension {@code order[d]}. */
    record Transpose(List<Integer> order) implements Movement {}

    /** Output index {@code i} of dimension {@code d} is input index {@code starts[d] + i · steps[d]}; one entry per dimension. */
    record Slice(List<Integer> starts, List<Integer> steps) implements Movement {}

    /** Inputs one after the other along {@code axis}. */
    record Concat(int axis) implements Movement {}

    /** The input surrounded by {@code value}; one entry per dimension, none negative. */
    record Pad(List<Integer> before, List<Integer> after, float value) implements Movement {}

    /** Softmax along {@code axis}. */
    record Softmax(int axis) implements FloatOnly {}

    /** A sum, product or extreme over {@code axes}; the output's shape tells whether they stay as extents of 1. */
    record Reduction(FloatReduction.Kind kindOfReduction, List<Integer> axes) implements FloatOnly {
        @Override
        public String kind() {
            return "REDUCE_" + kindOfReduction;
        }
    }

    /** Of three inputs, all broadcast: the second where the first is not 0, else the third. */
    record Select() implements FloatOnly {}

    /** Index of the greatest or least element along {@code axis}; the output's shape tells whether it stays. */
    record ArgExtreme(int axis, boolean least, boolean last) implements FloatOnly {}

    /** The greatest or least elements along {@code axis}, in order, or their indices; the output's shape tells how many. */
    record TopK(int axis, boolean least, boolean indices) implements FloatOnly {}

    /**
     * The first input at the indices along {@code axis} that the second gives.
     *
     * @param elements whether the result has the shape of the indices; else their dimensions take the place of the axis
     */
    record Gather(int axis, boolean elements) implements FloatOnly {}

    /** The first input, combined with the third at the indices along {@code axis} that the second gives. */
    record Scatter(int axis, FloatScatter.Combination combination) implements FloatOnly {}
}
