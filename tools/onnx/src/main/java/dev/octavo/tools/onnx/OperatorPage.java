package dev.octavo.tools.onnx;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The page that lists the operators of the format that import knows, and how each computes. */
public final class OperatorPage {
    /** How the result of an operator is computed in an integer model, and which operators that is. */
    private static final Map<String, Set<String>> FORMS = Map.of(
            "integers",
            Set.of(
                    "Conv",
                    "ConvTranspose",
                    "Gemm",
                    "BatchNormalization",
                    "MaxPool",
                    "AveragePool",
                    "GlobalMaxPool",
                    "GlobalAveragePool",
                    "Add",
                    "Sum",
                    "Mul",
                    "QuantizeLinear",
                    "DequantizeLinear",
                    "ConvInteger",
                    "QLinearConv",
                    "QLinearMatMul",
                    "MatMulInteger",
                    "Relu",
                    "Clip",
                    "Resize",
                    "Upsample"),
            "a table of 256 bytes",
            Set.of(
                    "Abs",
                    "Neg",
                    "Reciprocal",
                    "Sqrt",
                    "Exp",
                    "Log",
                    "Floor",
                    "Ceil",
                    "Round",
                    "Sign",
                    "Sin",
                    "Cos",
                    "Tan",
                    "Asin",
                    "Acos",
                    "Atan",
                    "Sinh",
                    "Cosh",
                    "Tanh",
                    "Asinh",
                    "Acosh",
                    "Atanh",
                    "Erf",
                    "Softplus",
                    "Softsign",
                    "Mish",
                    "Elu",
                    "Selu",
                    "Celu",
                    "ThresholdedRelu",
                    "Shrink",
                    "Swish",
                    "Gelu",
                    "LeakyRelu",
                    "Sigmoid",
                    "HardSigmoid",
                    "HardSwish",
                    "Pow"),
            "moves bytes",
            Set.of(
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
                    "Pad",
                    "Tile",
                    "Expand",
                    "DepthToSpace",
                    "SpaceToDepth",
                    "SequenceConstruct",
                    "ConcatFromSequence",
                    "SequenceAt",
                    "SplitToSequence"),
            "computed at import",
            Set.of("Constant", "ConstantOfShape", "Shape", "Size", "Range", "EyeLike"));

    private static final Map<String, String> NOTES = Map.of(
            "ConvTranspose", "1-D and 2-D; each phase is a dense convolution",
            "Conv", "1-D and 2-D",
            "MatMul", "integers where the right factor is a constant matrix",
            "LSTM", "unrolled; constant weights; layout 0",
            "GRU", "unrolled; constant weights; layout 0",
            "RNN", "unrolled; constant weights; layout 0",
            "Gather", "moves bytes for at most 64 constant indices, or indices in steps",
            "PRelu", "a table for one slope",
            "Div", "integers for a constant divisor",
            "Sub", "integers for a constant subtrahend");

    private OperatorPage() {}

    /** Returns the page as Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
            # Operators

            Written by `OperatorPage`; a test keeps it in step with the code. Opsets 1 to 26. Every operator computes in
            float; the second column says what becomes of it in an integer model. Element-wise functions of one tensor
            that are spelled in several nodes are recognized, and become one table. `If` is imported where its condition
            is constant, functions of the model itself are inlined.

            | operator | in an integer model | notes |
            |---|---|---|
            """);
        Map<String, String> rows = new TreeMap<>();
        for (String operator : Operators.names()) {
            rows.put(operator, form(operator));
        }
        rows.forEach((operator, form) -> page.append("| ")
                .append(operator)
                .append(" | ")
                .append(form)
                .append(" | ")
                .append(NOTES.getOrDefault(operator, ""))
                .append(" |\n"));
        return page.toString();
    }

    private static String form(String operator) {
        List<String> forms = FORMS.entrySet().stream()
                .filter(entry -> entry.getValue().contains(operator))
                .map(Map.Entry::getKey)
                .toList();
        boolean quantized = operator.contains(".Q");
        return !forms.isEmpty() ? forms.getFirst() : quantized ? "integers" : "float";
    }
}
