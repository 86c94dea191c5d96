package dev.octavo.tools.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The operators of the standard domain that import knows. */
final class Operators {
    /** Element types that become single precision. */
    static final Set<String> REAL_TYPES = Set.of("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16");

    /** @param parameters positions of inputs that are, or should be, constants */
    private record Entry(Mapping mapping, List<Integer> parameters) {}

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
