package dev.octavo.tools.export;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.util.Arrays;

/**
 * Writes models as ONNX graphs of QuantizeLinear and DequantizeLinear, with the same weights, biases and scales, which ONNX
 * Runtime, TensorRT and Netron read. The graph takes the float input that the original network took.
 *
 * <p>A residual that is added to the unrounded sum of a convolution stays so: no rounding comes between Conv and Add. Tables
 * become Gather nodes.
 */
public final class QdqExport {
    private QdqExport() {}

    /**
     * The graph of a model.
     *
     * @param signed whether codes are int8, with zero point −128 where a tensor cannot be negative, instead of uint8, with zero
     *     point 128 where it can
     * @throws IllegalArgumentException if an operation has no ONNX form
     */
    public static ModelProto of(ModelDefinition model, boolean signed) {
        GraphWriter graph = new GraphWriter(model.metadata().name(), model.batchable());
        Int8Tensors tensors = new Int8Tensors(graph, model, new Int8Form(Int8Form.Notation.QDQ, signed, false), true);
        return write(graph, tensors, new QdqNotation(graph, tensors, false));
    }

    /** The graph input that takes the float image. */
    public static String image(ModelDefinition model) {
        return model.tensors().get(model.inputs().getFirst()).name();
    }

    /** Writes all operations of a model in a notation, and its float results as outputs. */
    public static ModelProto write(GraphWriter graph, Int8Tensors tensors, Int8Notation notation) {
        ModelDefinition model = tensors.model();
        for (int input : model.inputs()) {
            tensors.declareInput(input, notation);
        }
        for (OperationDefinition definition : model.operations()) {
            switch (definition.operation()) {
                case Operation.Quantize q ->
                    notation.input(
                            definition.output(),
                            tensors.floats(definition.inputs().getFirst()),
                            q.low());
                case Operation.Convolution c -> notation.convolution(definition, c);
                case Operation.Pool p -> notation.pool(definition, p);
                case Operation.Add a -> notation.add(definition, a);
                case Operation.Concat c -> notation.concat(definition, c);
                case Operation.Reshape _ -> notation.reshape(definition);
                case Operation.Dequantize _ -> notation.dequantize(definition);
                default -> notation.other(definition);
            }
        }
        for (int output : model.outputs()) {
            TensorDefinition tensor = tensors.tensor(output);
            if (tensor.type() != ElementType.FLOAT32) {
                throw new IllegalArgumentException("output " + tensor.name() + " is not float");
            }
            int[] extents = Arrays.copyOfRange(tensor.shape(), 1, tensor.shape().length);
            graph.output(notation.result(output), DataType.FLOAT, extents);
        }
        return graph.model();
    }
}
