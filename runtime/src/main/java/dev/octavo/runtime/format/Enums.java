package dev.octavo.runtime.format;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatScatter;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.runtime.format.proto.BinaryFunction;
import dev.octavo.runtime.format.proto.ChannelOrder;
import dev.octavo.runtime.format.proto.Combination;
import dev.octavo.runtime.format.proto.Fit;
import dev.octavo.runtime.format.proto.PoolKind;
import dev.octavo.runtime.format.proto.ReductionKind;
import dev.octavo.runtime.format.proto.TaskKind;
import dev.octavo.runtime.format.proto.UnaryFunction;

/** The enumerations of models and kernels by their numbers in a file. */
final class Enums {
    private Enums() {}

    static dev.octavo.runtime.format.proto.ElementType proto(ElementType type) {
        return switch (type) {
            case INT8 -> dev.octavo.runtime.format.proto.ElementType.ELEMENT_TYPE_INT8;
            case UINT8 -> dev.octavo.runtime.format.proto.ElementType.ELEMENT_TYPE_UINT8;
            case FLOAT32 -> dev.octavo.runtime.format.proto.ElementType.ELEMENT_TYPE_FLOAT32;
        };
    }

    static ElementType record(dev.octavo.runtime.format.proto.ElementType type) {
        return switch (type) {
            case ELEMENT_TYPE_INT8 -> ElementType.INT8;
            case ELEMENT_TYPE_UINT8 -> ElementType.UINT8;
            case ELEMENT_TYPE_FLOAT32 -> ElementType.FLOAT32;
            case ELEMENT_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw unknown("element type");
        };
    }

    static ChannelOrder proto(ModelMetadata.ChannelOrder channels) {
        return switch (channels) {
            case RGB -> ChannelOrder.CHANNEL_ORDER_RGB;
            case BGR -> ChannelOrder.CHANNEL_ORDER_BGR;
            case GREY -> ChannelOrder.CHANNEL_ORDER_GREY;
        };
    }

    static ModelMetadata.ChannelOrder record(ChannelOrder channels) {
        return switch (channels) {
            case CHANNEL_ORDER_RGB -> ModelMetadata.ChannelOrder.RGB;
            case CHANNEL_ORDER_BGR -> ModelMetadata.ChannelOrder.BGR;
            case CHANNEL_ORDER_GREY -> ModelMetadata.ChannelOrder.GREY;
            case UNRECOGNIZED -> throw unknown("order of channels");
        };
    }

    static Fit proto(ModelMetadata.Fit fit) {
        return switch (fit) {
            case CROP -> Fit.FIT_CROP;
            case STRETCH -> Fit.FIT_STRETCH;
            case LETTERBOX -> Fit.FIT_LETTERBOX;
            case LETTERBOX_TOP_LEFT -> Fit.FIT_LETTERBOX_TOP_LEFT;
        };
    }

    static ModelMetadata.Fit record(Fit fit) {
        return switch (fit) {
            case FIT_CROP -> ModelMetadata.Fit.CROP;
            case FIT_STRETCH -> ModelMetadata.Fit.STRETCH;
            case FIT_LETTERBOX -> ModelMetadata.Fit.LETTERBOX;
            case FIT_LETTERBOX_TOP_LEFT -> ModelMetadata.Fit.LETTERBOX_TOP_LEFT;
            case UNRECOGNIZED -> throw unknown("fit of pictures");
        };
    }

    static TaskKind proto(ModelMetadata.Task.Kind kind) {
        return switch (kind) {
            case UNKNOWN -> TaskKind.TASK_KIND_UNKNOWN;
            case CLASSIFIER -> TaskKind.TASK_KIND_CLASSIFIER;
            case DETECTOR -> TaskKind.TASK_KIND_DETECTOR;
            case SEGMENTER -> TaskKind.TASK_KIND_SEGMENTER;
            case LANDMARKS -> TaskKind.TASK_KIND_LANDMARKS;
            case PICTURE -> TaskKind.TASK_KIND_PICTURE;
            case KEYWORDS -> TaskKind.TASK_KIND_KEYWORDS;
        };
    }

    static ModelMetadata.Task.Kind record(TaskKind kind) {
        return switch (kind) {
            case TASK_KIND_UNKNOWN -> ModelMetadata.Task.Kind.UNKNOWN;
            case TASK_KIND_CLASSIFIER -> ModelMetadata.Task.Kind.CLASSIFIER;
            case TASK_KIND_DETECTOR -> ModelMetadata.Task.Kind.DETECTOR;
            case TASK_KIND_SEGMENTER -> ModelMetadata.Task.Kind.SEGMENTER;
            case TASK_KIND_LANDMARKS -> ModelMetadata.Task.Kind.LANDMARKS;
            case TASK_KIND_PICTURE -> ModelMetadata.Task.Kind.PICTURE;
            case TASK_KIND_KEYWORDS -> ModelMetadata.Task.Kind.KEYWORDS;
            case UNRECOGNIZED -> throw unknown("task");
        };
    }

    static PoolKind proto(Pooling.Kind kind) {
        return switch (kind) {
            case MAX -> PoolKind.POOL_KIND_MAX;
            case AVERAGE -> PoolKind.POOL_KIND_AVERAGE;
        };
    }

    static Pooling.Kind record(PoolKind kind) {
        return switch (kind) {
            case POOL_KIND_MAX -> Pooling.Kind.MAX;
            case POOL_KIND_AVERAGE -> Pooling.Kind.AVERAGE;
            case POOL_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknown("kind of pool");
        };
    }

    static UnaryFunction proto(FloatUnary.Function function) {
        return switch (function) {
            case CLIP -> UnaryFunction.UNARY_FUNCTION_CLIP;
            case LEAKY_RELU -> UnaryFunction.UNARY_FUNCTION_LEAKY_RELU;
            case SIGMOID -> UnaryFunction.UNARY_FUNCTION_SIGMOID;
            case HARD_SIGMOID -> UnaryFunction.UNARY_FUNCTION_HARD_SIGMOID;
            case HARD_SWISH -> UnaryFunction.UNARY_FUNCTION_HARD_SWISH;
            case POWER -> UnaryFunction.UNARY_FUNCTION_POWER;
            case ABS -> UnaryFunction.UNARY_FUNCTION_ABS;
            case NEGATE -> UnaryFunction.UNARY_FUNCTION_NEGATE;
            case RECIPROCAL -> UnaryFunction.UNARY_FUNCTION_RECIPROCAL;
            case SQRT -> UnaryFunction.UNARY_FUNCTION_SQRT;
            case EXP -> UnaryFunction.UNARY_FUNCTION_EXP;
            case LOG -> UnaryFunction.UNARY_FUNCTION_LOG;
            case FLOOR -> UnaryFunction.UNARY_FUNCTION_FLOOR;
            case CEIL -> UnaryFunction.UNARY_FUNCTION_CEIL;
            case ROUND -> UnaryFunction.UNARY_FUNCTION_ROUND;
            case TRUNCATE -> UnaryFunction.UNARY_FUNCTION_TRUNCATE;
            case SIGN -> UnaryFunction.UNARY_FUNCTION_SIGN;
            case NOT -> UnaryFunction.UNARY_FUNCTION_NOT;
            case IS_NAN -> UnaryFunction.UNARY_FUNCTION_IS_NAN;
            case IS_INFINITE -> UnaryFunction.UNARY_FUNCTION_IS_INFINITE;
            case SIN -> UnaryFunction.UNARY_FUNCTION_SIN;
            case COS -> UnaryFunction.UNARY_FUNCTION_COS;
            case TAN -> UnaryFunction.UNARY_FUNCTION_TAN;
            case ASIN -> UnaryFunction.UNARY_FUNCTION_ASIN;
            case ACOS -> UnaryFunction.UNARY_FUNCTION_ACOS;
            case ATAN -> UnaryFunction.UNARY_FUNCTION_ATAN;
            case SINH -> UnaryFunction.UNARY_FUNCTION_SINH;
            case COSH -> UnaryFunction.UNARY_FUNCTION_COSH;
            case TANH -> UnaryFunction.UNARY_FUNCTION_TANH;
            case ASINH -> UnaryFunction.UNARY_FUNCTION_ASINH;
            case ACOSH -> UnaryFunction.UNARY_FUNCTION_ACOSH;
            case ATANH -> UnaryFunction.UNARY_FUNCTION_ATANH;
            case ERF -> UnaryFunction.UNARY_FUNCTION_ERF;
            case SELU -> UnaryFunction.UNARY_FUNCTION_SELU;
            case CELU -> UnaryFunction.UNARY_FUNCTION_CELU;
            case SOFTPLUS -> UnaryFunction.UNARY_FUNCTION_SOFTPLUS;
            case SOFTSIGN -> UnaryFunction.UNARY_FUNCTION_SOFTSIGN;
            case MISH -> UnaryFunction.UNARY_FUNCTION_MISH;
            case GELU -> UnaryFunction.UNARY_FUNCTION_GELU;
            case GELU_TANH -> UnaryFunction.UNARY_FUNCTION_GELU_TANH;
            case SWISH -> UnaryFunction.UNARY_FUNCTION_SWISH;
            case THRESHOLDED_RELU -> UnaryFunction.UNARY_FUNCTION_THRESHOLDED_RELU;
            case SHRINK -> UnaryFunction.UNARY_FUNCTION_SHRINK;
        };
    }

    static FloatUnary.Function record(UnaryFunction function) {
        return switch (function) {
            case UNARY_FUNCTION_CLIP -> FloatUnary.Function.CLIP;
            case UNARY_FUNCTION_LEAKY_RELU -> FloatUnary.Function.LEAKY_RELU;
            case UNARY_FUNCTION_SIGMOID -> FloatUnary.Function.SIGMOID;
            case UNARY_FUNCTION_HARD_SIGMOID -> FloatUnary.Function.HARD_SIGMOID;
            case UNARY_FUNCTION_HARD_SWISH -> FloatUnary.Function.HARD_SWISH;
            case UNARY_FUNCTION_POWER -> FloatUnary.Function.POWER;
            case UNARY_FUNCTION_ABS -> FloatUnary.Function.ABS;
            case UNARY_FUNCTION_NEGATE -> FloatUnary.Function.NEGATE;
            case UNARY_FUNCTION_RECIPROCAL -> FloatUnary.Function.RECIPROCAL;
            case UNARY_FUNCTION_SQRT -> FloatUnary.Function.SQRT;
            case UNARY_FUNCTION_EXP -> FloatUnary.Function.EXP;
            case UNARY_FUNCTION_LOG -> FloatUnary.Function.LOG;
            case UNARY_FUNCTION_FLOOR -> FloatUnary.Function.FLOOR;
            case UNARY_FUNCTION_CEIL -> FloatUnary.Function.CEIL;
            case UNARY_FUNCTION_ROUND -> FloatUnary.Function.ROUND;
            case UNARY_FUNCTION_TRUNCATE -> FloatUnary.Function.TRUNCATE;
            case UNARY_FUNCTION_SIGN -> FloatUnary.Function.SIGN;
            case UNARY_FUNCTION_NOT -> FloatUnary.Function.NOT;
            case UNARY_FUNCTION_IS_NAN -> FloatUnary.Function.IS_NAN;
            case UNARY_FUNCTION_IS_INFINITE -> FloatUnary.Function.IS_INFINITE;
            case UNARY_FUNCTION_SIN -> FloatUnary.Function.SIN;
            case UNARY_FUNCTION_COS -> FloatUnary.Function.COS;
            case UNARY_FUNCTION_TAN -> FloatUnary.Function.TAN;
            case UNARY_FUNCTION_ASIN -> FloatUnary.Function.ASIN;
            case UNARY_FUNCTION_ACOS -> FloatUnary.Function.ACOS;
            case UNARY_FUNCTION_ATAN -> FloatUnary.Function.ATAN;
            case UNARY_FUNCTION_SINH -> FloatUnary.Function.SINH;
            case UNARY_FUNCTION_COSH -> FloatUnary.Function.COSH;
            case UNARY_FUNCTION_TANH -> FloatUnary.Function.TANH;
            case UNARY_FUNCTION_ASINH -> FloatUnary.Function.ASINH;
            case UNARY_FUNCTION_ACOSH -> FloatUnary.Function.ACOSH;
            case UNARY_FUNCTION_ATANH -> FloatUnary.Function.ATANH;
            case UNARY_FUNCTION_ERF -> FloatUnary.Function.ERF;
            case UNARY_FUNCTION_SELU -> FloatUnary.Function.SELU;
            case UNARY_FUNCTION_CELU -> FloatUnary.Function.CELU;
            case UNARY_FUNCTION_SOFTPLUS -> FloatUnary.Function.SOFTPLUS;
            case UNARY_FUNCTION_SOFTSIGN -> FloatUnary.Function.SOFTSIGN;
            case UNARY_FUNCTION_MISH -> FloatUnary.Function.MISH;
            case UNARY_FUNCTION_GELU -> FloatUnary.Function.GELU;
            case UNARY_FUNCTION_GELU_TANH -> FloatUnary.Function.GELU_TANH;
            case UNARY_FUNCTION_SWISH -> FloatUnary.Function.SWISH;
            case UNARY_FUNCTION_THRESHOLDED_RELU -> FloatUnary.Function.THRESHOLDED_RELU;
            case UNARY_FUNCTION_SHRINK -> FloatUnary.Function.SHRINK;
            case UNARY_FUNCTION_UNSPECIFIED, UNRECOGNIZED -> throw unknown("function of one element");
        };
    }

    static BinaryFunction proto(FloatBinary.Function function) {
        return switch (function) {
            case ADD -> BinaryFunction.BINARY_FUNCTION_ADD;
            case SUBTRACT -> BinaryFunction.BINARY_FUNCTION_SUBTRACT;
            case MULTIPLY -> BinaryFunction.BINARY_FUNCTION_MULTIPLY;
            case DIVIDE -> BinaryFunction.BINARY_FUNCTION_DIVIDE;
            case MINIMUM -> BinaryFunction.BINARY_FUNCTION_MINIMUM;
            case MAXIMUM -> BinaryFunction.BINARY_FUNCTION_MAXIMUM;
            case POWER -> BinaryFunction.BINARY_FUNCTION_POWER;
            case REMAINDER -> BinaryFunction.BINARY_FUNCTION_REMAINDER;
            case MODULO -> BinaryFunction.BINARY_FUNCTION_MODULO;
            case EQUAL -> BinaryFunction.BINARY_FUNCTION_EQUAL;
            case LESS -> BinaryFunction.BINARY_FUNCTION_LESS;
            case LESS_OR_EQUAL -> BinaryFunction.BINARY_FUNCTION_LESS_OR_EQUAL;
            case PARAMETRIC_RELU -> BinaryFunction.BINARY_FUNCTION_PARAMETRIC_RELU;
        };
    }

    static FloatBinary.Function record(BinaryFunction function) {
        return switch (function) {
            case BINARY_FUNCTION_ADD -> FloatBinary.Function.ADD;
            case BINARY_FUNCTION_SUBTRACT -> FloatBinary.Function.SUBTRACT;
            case BINARY_FUNCTION_MULTIPLY -> FloatBinary.Function.MULTIPLY;
            case BINARY_FUNCTION_DIVIDE -> FloatBinary.Function.DIVIDE;
            case BINARY_FUNCTION_MINIMUM -> FloatBinary.Function.MINIMUM;
            case BINARY_FUNCTION_MAXIMUM -> FloatBinary.Function.MAXIMUM;
            case BINARY_FUNCTION_POWER -> FloatBinary.Function.POWER;
            case BINARY_FUNCTION_REMAINDER -> FloatBinary.Function.REMAINDER;
            case BINARY_FUNCTION_MODULO -> FloatBinary.Function.MODULO;
            case BINARY_FUNCTION_EQUAL -> FloatBinary.Function.EQUAL;
            case BINARY_FUNCTION_LESS -> FloatBinary.Function.LESS;
            case BINARY_FUNCTION_LESS_OR_EQUAL -> FloatBinary.Function.LESS_OR_EQUAL;
            case BINARY_FUNCTION_PARAMETRIC_RELU -> FloatBinary.Function.PARAMETRIC_RELU;
            case BINARY_FUNCTION_UNSPECIFIED, UNRECOGNIZED -> throw unknown("function of two elements");
        };
    }

    static ReductionKind proto(FloatReduction.Kind kind) {
        return switch (kind) {
            case MEAN -> ReductionKind.REDUCTION_KIND_MEAN;
            case SUM -> ReductionKind.REDUCTION_KIND_SUM;
            case PRODUCT -> ReductionKind.REDUCTION_KIND_PRODUCT;
            case MAXIMUM -> ReductionKind.REDUCTION_KIND_MAXIMUM;
            case MINIMUM -> ReductionKind.REDUCTION_KIND_MINIMUM;
        };
    }

    static FloatReduction.Kind record(ReductionKind kind) {
        return switch (kind) {
            case REDUCTION_KIND_MEAN -> FloatReduction.Kind.MEAN;
            case REDUCTION_KIND_SUM -> FloatReduction.Kind.SUM;
            case REDUCTION_KIND_PRODUCT -> FloatReduction.Kind.PRODUCT;
            case REDUCTION_KIND_MAXIMUM -> FloatReduction.Kind.MAXIMUM;
            case REDUCTION_KIND_MINIMUM -> FloatReduction.Kind.MINIMUM;
            case REDUCTION_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknown("kind of reduction");
        };
    }

    static Combination proto(FloatScatter.Combination combination) {
        return switch (combination) {
            case REPLACE -> Combination.COMBINATION_REPLACE;
            case ADD -> Combination.COMBINATION_ADD;
            case MULTIPLY -> Combination.COMBINATION_MULTIPLY;
            case MINIMUM -> Combination.COMBINATION_MINIMUM;
            case MAXIMUM -> Combination.COMBINATION_MAXIMUM;
        };
    }

    static FloatScatter.Combination record(Combination combination) {
        return switch (combination) {
            case COMBINATION_REPLACE -> FloatScatter.Combination.REPLACE;
            case COMBINATION_ADD -> FloatScatter.Combination.ADD;
            case COMBINATION_MULTIPLY -> FloatScatter.Combination.MULTIPLY;
            case COMBINATION_MINIMUM -> FloatScatter.Combination.MINIMUM;
            case COMBINATION_MAXIMUM -> FloatScatter.Combination.MAXIMUM;
            case COMBINATION_UNSPECIFIED, UNRECOGNIZED -> throw unknown("combination");
        };
    }

    private static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("unknown " + what);
    }
}
