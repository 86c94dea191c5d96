package dev.octavo.tools.export;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.util.Arrays;

/**
 * Writes a model as an int8 ONNX graph with the same weights and scales, whose input is the original float image.
 *
 * <p>Two things have no efficient form there. A residual that Octavo adds to the unrounded sum of a convolution is added to
 * a rounded one, with a scale of its own. Clamps tighter than the type, and the padding of pictures by the code of each
 * channel's mean, are left out. Both differences favour the speed of other runtimes; {@link #exact} keeps everything as it is.
 */
public final class Int8Export {
    private Int8Export() {}

    /**
     * Returns the model in a form that other runtimes run fast.
     *
     * @throws IllegalArgumentException if an operation has no int8 form here
     */
    public static ModelProto fast(ModelDefinition model, Int8Form form) {
        GraphWriter graph = new GraphWriter(model.metadata().name());
        Int8Tensors tensors = new Int8Tensors(graph, model, form, false);
        return QdqExport.write(
                graph,
                tensors,
                form.notation() == Int8Form.Notation.QDQ
                        ? new QdqNotation(graph, tensors, false)
                        : new QOperatorNotation(graph, tensors));
    }

    /**
     * Returns the model in the QDQ form, u8×s8, without any liberty. Besides its results the graph puts out the codes of every
     * quantized tensor that an operation computes, named {@link Int8Tensors#codes}.
     *
     * @param isolated whether each operation reads codes that the caller supplies, named {@link QdqNotation#given}, so that what one
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
                graph.output(Int8Tensors.codes(operation.output()), DataType.UINT8, extents);
            }
        }
        return QdqExport.write(graph, tensors, new QdqNotation(graph, tensors, isolated));
    }
}
