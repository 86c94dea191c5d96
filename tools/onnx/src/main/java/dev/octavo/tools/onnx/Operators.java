package dev.octavo.tools.onnx;

import dev.octavo.kernels.FloatBinary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

        add("MaxPool", PoolMappings::max);
        add("AveragePool", PoolMappings::average);
        add("GlobalMaxPool", PoolMappings::globalMax);
        add("GlobalAveragePool", PoolMappings::globalAverage);
        add("ReduceMean", PoolMappings::reduceMean, 1);
        add("Softmax", PoolMappings::softmax);

        add("Relu", ElementwiseMappings::relu);
        add("Clip", ElementwiseMappings::clip, 1, 2);
        add("LeakyRelu", ElementwiseMappings::leakyRelu);
        add("Sigmoid", ElementwiseMappings::sigmoid);
        add("HardSigmoid", ElementwiseMappings::hardSigmoid);
        add("HardSwish", ElementwiseMappings::hardSwish);
        add("Add", ElementwiseMappings.binary(FloatBinary.Function.ADD));
        add("Sub", ElementwiseMappings.binary(FloatBinary.Function.SUBTRACT));
        add("Mul", ElementwiseMappings.binary(FloatBinary.Function.MULTIPLY));
        add("Div", ElementwiseMappings.binary(FloatBinary.Function.DIVIDE));
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
        add("Gather", SliceMappings::gather, 1);

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

        add("Constant", ConstantMappings::constant);
        add("ConstantOfShape", ConstantMappings::constantOfShape, 0);
        add("Shape", ConstantMappings::shape);
        add("Size", ConstantMappings::size);
        add("Cast", ConversionMappings::cast);
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
