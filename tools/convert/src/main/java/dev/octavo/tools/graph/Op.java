package dev.octavo.tools.graph;

import dev.octavo.kernels.FloatBinary;
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
        return false;
    }

    /** A layer with weights: what quantization is about. Its optional second input is a residual, added before the clamp. */
    sealed interface Layer extends Op permits Convolution, Linear {
        /** Output channels first, then input channels of a group, then taps if any. */
        FloatTensor weights();

        /** One per output channel. */
        FloatTensor bias();

        /** What follows the sum. */
        Clamp clamp();

        /** The same layer with other numbers. */
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
            implements Op {}

    /** A function of each element; a ReLU is a {@link FloatUnary.Function#CLIP}. */
    record Unary(FloatUnary.Function function, float alpha, float beta) implements Op {
        @Override
        public String kind() {
            return function.name();
        }

        /** The value of the function, in double precision. */
        public double apply(double x) {
            return switch (function) {
                case CLIP -> Math.max(alpha, Math.min(x, beta));
                case LEAKY_RELU -> x < 0 ? alpha * x : x;
                case SIGMOID -> 1 / (1 + Math.exp(-x));
                case HARD_SIGMOID -> Math.clamp(alpha * x + beta, 0.0, 1.0);
                case HARD_SWISH -> x * Math.clamp(x / 6 + 0.5, 0.0, 1.0);
                case POWER -> Math.pow(x, alpha);
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

        @Override
        public boolean moves() {
            return kindOfPool == Pooling.Kind.MAX;
        }
    }

    /** Pooling over all positions, to extents of 1. */
    record GlobalPool(Pooling.Kind kindOfPool) implements Op {
        @Override
        public String kind() {
            return "GLOBAL_" + kindOfPool + "_POOL";
        }

        @Override
        public boolean moves() {
            return kindOfPool == Pooling.Kind.MAX;
        }
    }

    /** Product of two matrices, of which none is constant; leading dimensions are broadcast. */
    record MatMul() implements Op {}

    /**
     * The same elements in another shape, that of its output. A leading dimension that is the batch stays the batch.
     */
    record Reshape() implements Op {
        @Override
        public boolean moves() {
            return true;
        }
    }

    /** Output dimension {@code d} is input dimension {@code order[d]}. */
    record Transpose(List<Integer> order) implements Op {
        @Override
        public boolean moves() {
            return true;
        }
    }

    /** Output index {@code i} of dimension {@code d} is input index {@code starts[d] + i · steps[d]}; one entry per dimension. */
    record Slice(List<Integer> starts, List<Integer> steps) implements Op {
        @Override
        public boolean moves() {
            return true;
        }
    }

    /** Inputs one after the other along {@code axis}. */
    record Concat(int axis) implements Op {
        @Override
        public boolean moves() {
            return true;
        }
    }

    /** The input surrounded by {@code value}; one entry per dimension, none negative. */
    record Pad(List<Integer> before, List<Integer> after, float value) implements Op {
        @Override
        public boolean moves() {
            return true;
        }
    }

    /** Softmax along {@code axis}. */
    record Softmax(int axis) implements Op {}

    /** Mean over {@code axes}; the output's shape tells whether they stay as extents of 1. */
    record ReduceMean(List<Integer> axes) implements Op {}
}
