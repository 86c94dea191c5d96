package dev.octavo.tools.distill;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;

/** Steps that compute each element by itself. */
final class ElementSteps {
    private ElementSteps() {}

    /** A batch normalization: a factor and an offset for each channel. */
    static Step normalization(Op.BatchNormalization normalization) {
        int channels = normalization.scale().elements();
        float[] factor = new float[channels];
        float[] offset = new float[channels];
        for (int c = 0; c < channels; c++) {
            double k = normalization.scale().at(c)
                    / Math.sqrt((double) normalization.variance().at(c) + normalization.epsilon());
            factor[c] = (float) k;
            offset[c] =
                    (float) (normalization.shift().at(c) - normalization.mean().at(c) * k);
        }
        return new Step() {
            @Override
            public void forward(float[][] inputs, float[] output) {
                float[] input = inputs[0];
                for (int from = 0; from < output.length; from += channels) {
                    for (int c = 0; c < channels; c++) {
                        output[from + c] = input[from + c] * factor[c] + offset[c];
                    }
                }
            }

            @Override
            public void backward(float[][] inputs, float[] gradient, float[][] inputGradients) {
                float[] wanted = inputGradients[0];
                for (int from = 0; from < gradient.length; from += channels) {
                    for (int c = 0; c < channels; c++) {
                        wanted[from + c] += gradient[from + c] * factor[c];
                    }
                }
            }
        };
    }

    /** A function of one element. */
    static Step unary(Op.Unary unary) {
        return unary.function() == FloatUnary.Function.CLIP ? clip(unary.alpha(), unary.beta()) : anyUnary(unary);
    }

    private static Step clip(float low, float high) {
        return new Step() {
            @Override
            public void forward(float[][] inputs, float[] output) {
                float[] input = inputs[0];
                for (int i = 0; i < output.length; i++) {
                    output[i] = Math.max(low, Math.min(input[i], high));
                }
            }

            @Override
            public void backward(float[][] inputs, float[] gradient, float[][] inputGradients) {
                float[] input = inputs[0];
                float[] wanted = inputGradients[0];
                for (int i = 0; i < gradient.length; i++) {
                    wanted[i] += input[i] > low && input[i] < high ? gradient[i] : 0;
                }
            }
        };
    }

    private static Step anyUnary(Op.Unary unary) {
        return new Step() {
            @Override
            public void forward(float[][] inputs, float[] output) {
                for (int i = 0; i < output.length; i++) {
                    output[i] = (float) unary.apply(inputs[0][i]);
                }
            }

            @Override
            public void backward(float[][] inputs, float[] gradient, float[][] inputGradients) {
                float[] wanted = inputGradients[0];
                for (int i = 0; i < gradient.length; i++) {
                    wanted[i] += (float) (gradient[i] * derivative(unary, inputs[0][i]));
                }
            }
        };
    }

    /** At a kink the derivative is that of the flat side. */
    private static double derivative(Op.Unary unary, double x) {
        double alpha = unary.alpha();
        double beta = unary.beta();
        return switch (unary.function()) {
            case CLIP -> x > alpha && x < beta ? 1 : 0;
            case LEAKY_RELU -> x < 0 ? alpha : 1;
            case SIGMOID -> {
                double y = unary.apply(x);
                yield y * (1 - y);
            }
            case HARD_SIGMOID -> {
                double y = alpha * x + beta;
                yield y > 0 && y < 1 ? alpha : 0;
            }
            case HARD_SWISH -> x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
            case POWER -> alpha * Math.pow(x, alpha - 1);
            default -> {
                double step = 1e-4 * Math.max(1, Math.abs(x));
                yield (unary.apply(x + step) - unary.apply(x - step)) / (2 * step);
            }
        };
    }

    /**
     * A function of two elements.
     *
     * @param left the element of the first input for each element of the output
     * @param right the element of the second input for each element of the output
     */
    static Step binary(FloatBinary.Function function, ElementMap left, ElementMap right) {
        return function == FloatBinary.Function.ADD && left.identity() && right.identity()
                ? sum()
                : anyBinary(function, left, right);
    }

    private static Step sum() {
        return new Step() {
            @Override
            public void forward(float[][] inputs, float[] output) {
                float[] left = inputs[0];
                float[] right = inputs[1];
                for (int i = 0; i < output.length; i++) {
                    output[i] = left[i] + right[i];
                }
            }

            @Override
            public void backward(float[][] inputs, float[] gradient, float[][] inputGradients) {
                for (float[] wanted : inputGradients) {
                    for (int i = 0; i < gradient.length; i++) {
                        wanted[i] += gradient[i];
                    }
                }
            }
        };
    }

    private static Step anyBinary(FloatBinary.Function function, ElementMap left, ElementMap right) {
        return new Step() {
            @Override
            public void forward(float[][] inputs, float[] output) {
                for (int i = 0; i < output.length; i++) {
                    float a = inputs[0][left.source(i)];
                    float b = inputs[1][right.source(i)];
                    output[i] = switch (function) {
                        case ADD -> a + b;
                        case SUBTRACT -> a - b;
                        case MULTIPLY -> a * b;
                        case DIVIDE -> a / b;
                        case MINIMUM -> Math.min(a, b);
                        case MAXIMUM -> Math.max(a, b);
                        default -> throw noGradient(function);
                    };
                }
            }

            @Override
            public void backward(float[][] inputs, float[] gradient, float[][] inputGradients) {
                float[] ofLeft = inputGradients[0];
                float[] ofRight = inputGradients[1];
                for (int i = 0; i < gradient.length; i++) {
                    float a = inputs[0][left.source(i)];
                    float b = inputs[1][right.source(i)];
                    ofLeft[left.source(i)] += gradient[i]
                            * switch (function) {
                                case ADD, SUBTRACT -> 1;
                                case MULTIPLY -> b;
                                case DIVIDE -> 1 / b;
                                case MINIMUM -> a < b ? 1 : 0;
                                case MAXIMUM -> a > b ? 1 : 0;
                                default -> throw noGradient(function);
                            };
                    ofRight[right.source(i)] += gradient[i]
                            * switch (function) {
                                case ADD -> 1;
                                case SUBTRACT -> -1;
                                case MULTIPLY -> a;
                                case DIVIDE -> -a / (b * b);
                                case MINIMUM -> a < b ? 0 : 1;
                                case MAXIMUM -> a > b ? 0 : 1;
                                default -> throw noGradient(function);
                            };
                }
            }
        };
    }

    private static GraphException noGradient(FloatBinary.Function function) {
        return new GraphException(function + " has no gradient, which distillation needs; use other statistics");
    }
}
