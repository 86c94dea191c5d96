package dev.octavo.tools.export;

import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;

/** Spells the operations of a model in one of the ways that ONNX has for int8. Each method writes one operation. */
public interface Int8Notation {
    /** Takes the float tensor {@code image}, which the graph computes, as the codes of an input of the model, none below {@code low}. */
    void input(int tensor, String image, int low);

    /** A convolution or a fully connected layer of codes. */
    void convolution(OperationDefinition definition, Operation.Convolution convolution);

    /** A pooling of codes. */
    void pool(OperationDefinition definition, Operation.Pool pool);

    /** A sum of two tensors of codes. */
    void add(OperationDefinition definition, Operation.Add add);

    /** Tensors one after the other. */
    void concat(OperationDefinition definition, Operation.Concat concat);

    /** Writes a change of shape. */
    void reshape(OperationDefinition definition);

    /** Codes to floats. */
    void dequantize(OperationDefinition definition);

    /**
     * Any other operation.
     *
     * @throws IllegalArgumentException if the notation has no form for it
     */
    void other(OperationDefinition definition);

    /** The tensor that holds a float result of the model. */
    String result(int tensor);
}
