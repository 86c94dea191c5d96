package dev.octavo.tools.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The operators that import knows: those of the standard domain by name, others after the name of their domain. */
final class Operators {
    /** Element types that become single precision. */
    static final Set<String> REAL_TYPES = Set.of("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16");

    /** Element types of quantized tensors. */
    static final Set<String> CODE_TYPES = Set.of("UINT8", "INT8");

    /** What an operator may do with a quantized tensor that it reads. */
    enum Codes {
        /** Nothing: it would take codes for numbers. */
        REFUSED,
        /** Move them, so that its outputs are quantized alike. */
        MOVED,
        /** Take them for what they stand for. */
        UNDERSTOOD
    }

    /** @param parameters positions of inputs that are, or should be, constants */
    private record Entry(Mapping mapping, List<Integer> parameters, Codes codes) {}

    private static final Set<String> MOVERS = Set.of(
            "MaxPool",
            "GlobalMaxPool",
            "Identity",
            "Dropout",
            "Reshape",
            "Flatten",
            "Squeeze",
            "Unsqueeze",
            "Transpose",
            "Concat",
            "Slice",
            "Split",
            "Gather");

    private static final Set<String> READERS = Set.of("Shape", "Size", "Cast");
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
        add("Add", ElementwiseMappings::binary);
        add("Sub", ElementwiseMappings::binary);
        add("Mul", ElementwiseMappings::binary);
        add("Div", ElementwiseMappings::binary);
        add("Sum", ElementwiseMappings::sum);
        add("Min", ElementwiseMappings::extreme);
        add("Max", ElementwiseMappings::extreme);

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

        addQuantized("QuantizeLinear", QuantizationMappings::quantize, 1, 2);
        addQuantized("DequantizeLinear", QuantizationMappings::dequantize, 1, 2);
        addQuantized("DynamicQuantizeLinear", DynamicQuantizationMappings::quantize);
        addQuantized("QLinearConv", QuantizedOperatorMappings::convolution, 1, 2, 3, 4, 5, 6, 7, 8);
        addQuantized("QLinearMatMul", QuantizedOperatorMappings::matMul, 1, 2, 3, 4, 5, 6, 7);
        addQuantized("ConvInteger", QuantizedOperatorMappings::convolutionOfIntegers, 1, 2, 3);
        addQuantized("MatMulInteger", QuantizedOperatorMappings::matMulOfIntegers, 1, 2, 3);
        addQuantized(MICROSOFT + "QuantizeLinear", QuantizationMappings::quantize, 1, 2);
        addQuantized(MICROSOFT + "DequantizeLinear", QuantizationMappings::dequantize, 1, 2);
        addQuantized(MICROSOFT + "QGemm", QuantizedOperatorMappings::gemm, 1, 2, 3, 4, 5, 6, 7, 8);
        addQuantized(MICROSOFT + "QLinearAdd", QuantizedOperatorMappings::add, 1, 2, 4, 5, 6, 7);
        addQuantized(MICROSOFT + "QLinearMul", QuantizedOperatorMappings::multiply, 1, 2, 4, 5, 6, 7);
        addQuantized(MICROSOFT + "QLinearConcat", QuantizedOperatorMappings::concat, 0, 1);
        addQuantized(MICROSOFT + "QLinearAveragePool", QuantizedOperatorMappings::averagePool, 1, 2, 3, 4);
        addQuantized(MICROSOFT + "QLinearGlobalAveragePool", QuantizedOperatorMappings::globalAveragePool, 1, 2, 3, 4);
        addQuantized(MICROSOFT + "QLinearSigmoid", QuantizedOperatorMappings::sigmoid, 1, 2, 3, 4);
        addQuantized(MICROSOFT + "QLinearLeakyRelu", QuantizedOperatorMappings::leakyRelu, 1, 2, 3, 4);

        add("Constant", ConstantMappings::constant);
        add("ConstantOfShape", ConstantMappings::constantOfShape, 0);
        add("Shape", ConstantMappings::shape);
        add("Size", ConstantMappings::size);
        add("Cast", ConstantMappings::cast);
        add("Range", ConstantMappings::range, 0, 1, 2);
        add("Expand", Repetition::expand, 1);
        add("Tile", Repetition::tile, 1);
        add("Resize", ResizeMappings::resize, 1, 2, 3);
        add("Upsample", ResizeMappings::upsample, 1);
    }

    private Operators() {}

    private static void add(String operator, Mapping mapping, Integer... parameters) {
        Codes codes =
                MOVERS.contains(operator) ? Codes.MOVED : READERS.contains(operator) ? Codes.UNDERSTOOD : Codes.REFUSED;
        TABLE.put(operator, new Entry(mapping, List.of(parameters), codes));
    }

    private static void addQuantized(String operator, Mapping mapping, Integer... parameters) {
        TABLE.put(operator, new Entry(mapping, List.of(parameters), Codes.UNDERSTOOD));
    }

    /** What an operator may do with quantized tensors. */
    static Codes codes(String operator) {
        Entry entry = TABLE.get(operator);
        return entry == null ? Codes.REFUSED : entry.codes();
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
