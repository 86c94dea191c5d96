package dev.octavo.runtime.format;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Pooling;
import dev.octavo.runtime.format.proto.BinaryFunction;
import dev.octavo.runtime.format.proto.PoolKind;
import dev.octavo.runtime.format.proto.UnaryFunction;

/** The enumerations of the kernels by their numbers in a file. */
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
            case BINARY_FUNCTION_UNSPECIFIED, UNRECOGNIZED -> throw unknown("function of two elements");
        };
    }

    private static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("unknown " + what);
    }
}
