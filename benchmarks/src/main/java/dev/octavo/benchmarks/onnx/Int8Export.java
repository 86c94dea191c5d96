package dev.octavo.benchmarks.onnx;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.util.Arrays;

/**
 * Writes a model of Octavo as an int8 ONNX graph with the same weights and scales, whose input is the original float image.
 *
 * <p>Two things have no efficient form there. A residual that Octavo adds to the unrounded sum of a convolution is added to
 * a rounded one, with a scale of its own. Clamps tighter than the type, and the padding of pictures by the code of each
 * channel's mean, are left out. Both differences favour the rival's speed; {@link #exact} keeps everything as it is.
 */
public final class Int8Export {
    private Int8Export() {}

    /**
     * The model in a form that a rival runs fast.
     *
     * @throws IllegalArgumentException if an operation has no int8 form here
     */
    public static ModelProto fast(ModelDefinition model, Int8Form form) {
        GraphWriter graph = new GraphWriter(model.metadata().name());
        Int8Tensors tensors = new Int8Tensors(graph, model, form, false);
        return write(
                graph,
                tensors,
                form.notation() == Int8Form.Notation.QDQ
                        ? new QdqNotation(graph, tensors, false)
                        : new QOperatorNotation(graph, tensors));
    }

    /**
     * The model in the QDQ form, u8×s8, without any liberty. Besides its results the graph puts out the codes of every
     * quantized tensor that an operation computes, named {@link #codes}.
     *
     * @param isolated whether each operation reads codes that the caller supplies, named {@link #given}, so that what one
     *     operation rounds differently does not reach the next
     * @throws IllegalArgumentException if an operation has no int8 form here
     */
    public static ModelProto exact(ModelDefinition model, boolean isolated) {
        GraphWriter graph = new GraphWriter(model.metadata().name());
        Int8Form form = new Int8Form(Int8Form.Notation.QDQ, false, false);
        Int8Tensors tensors = new Int8Tensors(graph, model, form, true);
        for (OperationDefinition operation : model.operations()) {
            TensorDefinition tensor = tensors.tensor(operation.output());
            if (tensor.type().quantized()) {
                int[] extents = Arrays.copyOfRange(tensor.shape(), 1, tensor.shape().length);
                graph.output(codes(operation.output()), DataType.UINT8, extents);
            }
        }
        return write(graph, tensors, new QdqNotation(graph, tensors, isolated));
    }

    /** The graph output of {@link #exact} that holds a tensor's codes: uint8, with zero point 128 if Octavo's are signed. */
    public static String codes(int tensor) {
        return "q" + tensor;
    }

    /** The graph input of an isolated {@link #exact} that holds a tensor's codes, stored as {@link #codes}. */
    public static String given(int tensor) {
        return "given" + tensor;
    }

    /** The graph input that takes the float image. */
    public static String image(ModelDefinition model) {
        return "f" + model.inputs().getFirst();
    }

    private static ModelProto write(GraphWriter graph, Int8Tensors tensors, Int8Notation notation) {
        ModelDefinition model = tensors.model();
        for (int input : model.inputs()) {
            tensors.declareInput(input, notation);
        }
        for (OperationDefinition definition : model.operations()) {
            switch (definition.operation()) {
                case Operation.Quantize q ->
                    notation.input(
                            definition.output(),
                            tensors.floats(definition.inputs().getFirst()));
                case Operation.Convolution c -> notation.convolution(definition, c);
                case Operation.Pool p -> notation.pool(definition, p);
                case Operation.Add a -> notation.add(definition, a);
                case Operation.Concat c -> notation.concat(definition, c);
                case Operation.Reshape r -> notation.reshape(definition);
                case Operation.Dequantize d -> notation.dequantize(definition);
                default ->
                    throw new IllegalArgumentException(definition.name() + ": "
                            + definition.operation().getClass().getSimpleName() + " has no int8 ONNX form here");
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
