package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatUnary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The operators that import knows: those of the standard domain by name, others after the name of their domain. */
final class Operators {
    /** @param parameters positions of inputs that are, or should be, constants */
    private record Entry(Mapping mapping, List<Integer> parameters) {}

    private static final String MICROSOFT = "com.microsoft.";

    private static final Map<String, Entry> TABLE = new HashMap<>();

    static {
        add("Conv", LayerMappings::convolution, 1, 2);
        add("Gemm", LayerMappings::gemm, 1, 2);
        add("MatMul", LayerMappings::matMul);
        add("BatchNormalization", NormalizationMappings::batch, 1, 2, 3, 4);
        add("LRN", NormalizationMappings::localResponse);
        add("InstanceNormalization", CenteringMappings::instance);
        add("GroupNormalization", CenteringMappings::group);
        add("LayerNormalization", CenteringMappings::layer);
        add("RMSNormalization", CenteringMappings::rootMeanSquare);
        add("MeanVarianceNormalization", CenteringMappings::meanVariance);
        add("LpNormalization", CenteringMappings::norm);
        add("Einsum", EinsumMappings::einsum);
        add("RNN", RecurrentMappings::simple, 1, 2, 3, 4, 7);
        add("GRU", RecurrentMappings::gated, 1, 2, 3, 4, 7);
        add("LSTM", RecurrentMappings::longShortTerm, 1, 2, 3, 4, 7);

        add("MaxPool", PoolMappings::max);
        add("AveragePool", PoolMappings::average);
        add("GlobalMaxPool", PoolMappings::globalMax);
        add("GlobalAveragePool", PoolMappings::globalAverage);
        add("LpPool", PoolMappings::norm);
        add("GlobalLpPool", PoolMappings::globalNorm);
        add("ConvTranspose", SpaceMappings::transposedConvolution, 1, 2);
        add("DepthToSpace", SpaceMappings::depthToSpace);
        add("SpaceToDepth", SpaceMappings::spaceToDepth);

        add("Relu", ElementwiseMappings::relu);
        add("Clip", ElementwiseMappings::clip, 1, 2);
        add("LeakyRelu", ElementwiseMappings::leakyRelu);
        add("Sigmoid", ElementwiseMappings::sigmoid);
        add("HardSigmoid", ElementwiseMappings::hardSigmoid);
        add("HardSwish", ElementwiseMappings::hardSwish);
        add("Abs", ElementwiseMappings.unary(FloatUnary.Function.ABS));
        add("Neg", ElementwiseMappings.unary(FloatUnary.Function.NEGATE));
        add("Reciprocal", ElementwiseMappings.unary(FloatUnary.Function.RECIPROCAL));
        add("Sqrt", ElementwiseMappings.unary(FloatUnary.Function.SQRT));
        add("Exp", ElementwiseMappings.unary(FloatUnary.Function.EXP));
        add("Log", ElementwiseMappings.unary(FloatUnary.Function.LOG));
        add("Floor", ElementwiseMappings.unary(FloatUnary.Function.FLOOR));
        add("Ceil", ElementwiseMappings.unary(FloatUnary.Function.CEIL));
        add("Round", ElementwiseMappings.unary(FloatUnary.Function.ROUND));
        add("Sign", ElementwiseMappings.unary(FloatUnary.Function.SIGN));
        add("Sin", ElementwiseMappings.unary(FloatUnary.Function.SIN));
        add("Cos", ElementwiseMappings.unary(FloatUnary.Function.COS));
        add("Tan", ElementwiseMappings.unary(FloatUnary.Function.TAN));
        add("Asin", ElementwiseMappings.unary(FloatUnary.Function.ASIN));
        add("Acos", ElementwiseMappings.unary(FloatUnary.Function.ACOS));
        add("Atan", ElementwiseMappings.unary(FloatUnary.Function.ATAN));
        add("Sinh", ElementwiseMappings.unary(FloatUnary.Function.SINH));
        add("Cosh", ElementwiseMappings.unary(FloatUnary.Function.COSH));
        add("Tanh", ElementwiseMappings.unary(FloatUnary.Function.TANH));
        add("Asinh", ElementwiseMappings.unary(FloatUnary.Function.ASINH));
        add("Acosh", ElementwiseMappings.unary(FloatUnary.Function.ACOSH));
        add("Atanh", ElementwiseMappings.unary(FloatUnary.Function.ATANH));
        add("Erf", ElementwiseMappings.unary(FloatUnary.Function.ERF));
        add("Softplus", ElementwiseMappings.unary(FloatUnary.Function.SOFTPLUS));
        add("Softsign", ElementwiseMappings.unary(FloatUnary.Function.SOFTSIGN));
        add("Mish", ElementwiseMappings.unary(FloatUnary.Function.MISH));
        add("Elu", ElementwiseMappings.unary(FloatUnary.Function.SELU, "alpha", 1, "", 1));
        add(
                "Selu",
                ElementwiseMappings.unary(
                        FloatUnary.Function.SELU,
                        "alpha",
                        1.67326319217681884765625,
                        "gamma",
                        1.05070102214813232421875));
        add("Celu", ElementwiseMappings.unary(FloatUnary.Function.CELU, "alpha", 1, "", 0));
        add("ThresholdedRelu", ElementwiseMappings.unary(FloatUnary.Function.THRESHOLDED_RELU, "alpha", 1, "", 0));
        add("Shrink", ElementwiseMappings.unary(FloatUnary.Function.SHRINK, "lambd", 0.5, "bias", 0));
        add("Swish", ElementwiseMappings.unary(FloatUnary.Function.SWISH, "alpha", 1, "", 0));
        add("Gelu", ElementwiseMappings::gelu);
        add("IsInf", ElementwiseMappings::isInfinite);
        add("IsNaN", ElementwiseMappings::isNan);
        add("Not", ElementwiseMappings::not);
        add("Pow", ElementwiseMappings::power);
        add("Mod", ElementwiseMappings::remainder);
        add("PRelu", ElementwiseMappings::parametricRelu, 1);
        add("Mean", ElementwiseMappings::mean);
        add("Equal", ElementwiseMappings.binary(FloatBinary.Function.EQUAL));
        add("Less", ElementwiseMappings.binary(FloatBinary.Function.LESS));
        add("LessOrEqual", ElementwiseMappings.binary(FloatBinary.Function.LESS_OR_EQUAL));
        add("Greater", ElementwiseMappings.exchanged(FloatBinary.Function.LESS));
        add("GreaterOrEqual", ElementwiseMappings.exchanged(FloatBinary.Function.LESS_OR_EQUAL));
        add("And", ElementwiseMappings.binary(FloatBinary.Function.MINIMUM));
        add("Or", ElementwiseMappings.binary(FloatBinary.Function.MAXIMUM));
        add("Xor", ElementwiseMappings::exclusiveOr);
        add("Where", ElementwiseMappings::where);

        add("ReduceMean", ReductionMappings.reduction(FloatReduction.Kind.MEAN, 18), 1);
        add("ReduceSum", ReductionMappings.reduction(FloatReduction.Kind.SUM, 13), 1);
        add("ReduceProd", ReductionMappings.reduction(FloatReduction.Kind.PRODUCT, 18), 1);
        add("ReduceMax", ReductionMappings.reduction(FloatReduction.Kind.MAXIMUM, 18), 1);
        add("ReduceMin", ReductionMappings.reduction(FloatReduction.Kind.MINIMUM, 18), 1);
        add("ReduceL1", ReductionMappings.sumOf(FloatUnary.Function.ABS), 1);
        add("ReduceL2", ReductionMappings.euclidean(), 1);
        add("ReduceSumSquare", ReductionMappings.sumOfSquares(), 1);
        add("ReduceLogSum", ReductionMappings.logarithmOfSum(), 1);
        add("ReduceLogSumExp", ReductionMappings::logarithmOfExponentials, 1);
        add("Softmax", ReductionMappings::softmax);
        add("LogSoftmax", ReductionMappings::logSoftmax);
        add("Hardmax", ReductionMappings::hardmax);
        add("ArgMax", ReductionMappings.argExtreme(false));
        add("ArgMin", ReductionMappings.argExtreme(true));
        add("TopK", ReductionMappings::topK, 1);
        add("CumSum", ReductionMappings::cumulativeSum, 1);

        add("Add", ElementwiseMappings.binary(FloatBinary.Function.ADD));
        add("Sub", ElementwiseMappings::subtract);
        add("Mul", ElementwiseMappings.binary(FloatBinary.Function.MULTIPLY));
        add("Div", ElementwiseMappings::divide);
        add("Sum", ElementwiseMappings.chain(FloatBinary.Function.ADD));
        add("Min", ElementwiseMappings.extreme(FloatBinary.Function.MINIMUM));
        add("Max", ElementwiseMappings.extreme(FloatBinary.Function.MAXIMUM));

        add("Identity", ShapeMappings::identity);
        add("Dropout", ShapeMappings::dropout, 1, 2);
        add("Reshape", ShapeMappings::reshape, 1);
        add("Flatten", ShapeMappings::flatten);
        add("Squeeze", ShapeMappings::squeeze, 1);
        add("Unsqueeze", ShapeMappings::unsqueeze, 1);
        add("Transpose", ShapeMappings::transpose);

        add("Concat", SliceMappings::concat);
        add("Slice", SliceMappings::slice, 1, 2, 3, 4);
        add("Split", SliceMappings::split, 1);
        add("Pad", SliceMappings::pad, 1, 2, 3);

        add("Gather", IndexMappings::gather);
        add("GatherElements", IndexMappings::gatherElements);
        add("GatherND", IndexMappings::gatherTuples);
        add("ScatterElements", IndexMappings::scatterElements);
        add("Scatter", IndexMappings::scatterElements);
        add("ScatterND", IndexMappings::scatterTuples);
        add("OneHot", IndexMappings::oneHot, 1);
        add("Trilu", IndexMappings::triangle, 1);
        add("EyeLike", IndexMappings::identityMatrix);
        add("SequenceConstruct", SequenceMappings::construct);
        add("ConcatFromSequence", SequenceMappings::concat);
        add("SequenceAt", SequenceMappings::at, 1);
        add("SplitToSequence", SequenceMappings::split, 1);

        add("QuantizeLinear", QuantizationMappings::quantize, 1, 2);
        add("DequantizeLinear", QuantizationMappings::dequantize, 1, 2);
        add("DynamicQuantizeLinear", DynamicQuantizationMappings::quantize);
        add("QLinearConv", QuantizedOperatorMappings::convolution, 1, 2, 3, 4, 5, 6, 7, 8);
        add("QLinearMatMul", QuantizedOperatorMappings::matMul, 1, 2, 3, 4, 5, 6, 7);
        add("ConvInteger", DynamicQuantizationMappings::convolution, 1, 2, 3);
        add("MatMulInteger", DynamicQuantizationMappings::matMul, 1, 2, 3);
        add(MICROSOFT + "QuantizeLinear", QuantizationMappings::quantize, 1, 2);
        add(MICROSOFT + "DequantizeLinear", QuantizationMappings::dequantize, 1, 2);
        add(MICROSOFT + "QGemm", QuantizedOperatorMappings::gemm, 1, 2, 3, 4, 5, 6, 7, 8);
        add(MICROSOFT + "QLinearAdd", QuantizedOperatorMappings.binary(FloatBinary.Function.ADD), 1, 2, 4, 5, 6, 7);
        add(
                MICROSOFT + "QLinearMul",
                QuantizedOperatorMappings.binary(FloatBinary.Function.MULTIPLY),
                1,
                2,
                4,
                5,
                6,
                7);
        add(MICROSOFT + "QLinearConcat", QuantizedOperatorMappings::concat, 0, 1);
        add(MICROSOFT + "QLinearAveragePool", QuantizedOperatorMappings::averagePool, 1, 2, 3, 4);
        add(MICROSOFT + "QLinearGlobalAveragePool", QuantizedOperatorMappings::globalAveragePool, 1, 2, 3, 4);
        add(MICROSOFT + "QLinearSigmoid", QuantizedOperatorMappings::sigmoid, 1, 2, 3, 4);
        add(MICROSOFT + "QLinearLeakyRelu", QuantizedOperatorMappings::leakyRelu, 1, 2, 3, 4);

        add("qonnx.custom_op.general.Quant", QonnxMappings::quant, 1, 2, 3);
        add("onnx.brevitas.Quant", QonnxMappings::quant, 1, 2, 3);

        add("Constant", ConstantMappings::constant);
        add("ConstantOfShape", ConstantMappings::constantOfShape, 0);
        add("Shape", ConstantMappings::shape);
        add("Size", ConstantMappings::size);
        add("Cast", ConversionMappings::cast);
        add("CastLike", ConversionMappings::castLike);
        add("Range", ConstantMappings::range, 0, 1, 2);
        add("Expand", RepetitionMappings::expand, 1);
        add("Tile", RepetitionMappings::tile, 1);
        add("Resize", ResizeMappings::resize, 1, 2, 3);
        add("Upsample", ResizeMappings::upsample, 1);
    }

    private Operators() {}

    private static void add(String operator, Mapping mapping, Integer... parameters) {
        TABLE.put(operator, new Entry(mapping, List.of(parameters)));
    }

    /** All names. */
    static Set<String> names() {
        return Set.copyOf(TABLE.keySet());
    }

    static boolean knows(String operator) {
        return TABLE.containsKey(operator);
    }

    static Optional<Mapping> mapping(String operator) {
        return Optional.ofNullable(TABLE.get(operator)).map(Entry::mapping);
    }

    /** Positions of inputs that are, or should be, constants. */
    static List<Integer> parameters(String operator) {
        Entry entry = TABLE.get(operator);
        return entry == null ? List.of() : entry.parameters();
    }
}
