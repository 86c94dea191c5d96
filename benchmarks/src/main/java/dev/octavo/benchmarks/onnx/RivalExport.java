package dev.octavo.benchmarks.onnx;

import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.export.GraphWriter;
import dev.octavo.tools.export.Int8Form;
import dev.octavo.tools.export.Int8Tensors;
import dev.octavo.tools.export.QdqExport;
import dev.octavo.tools.export.QdqNotation;
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
public final class RivalExport {
    private RivalExport() {}

    /**
     * The model in a form that a rival runs fast.
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
     * The model in the QDQ form, u8×s8, without any liberty. Besides its results the graph puts out the codes of every
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
