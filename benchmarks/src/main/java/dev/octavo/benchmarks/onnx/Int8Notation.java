package dev.octavo.benchmarks.onnx;

import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;

/** Spells the operations of a model in one of the ways that ONNX has for int8. Each method writes one operation. */
interface Int8Notation {
    /** Takes the float tensor {@code image}, which the graph computes, as the codes of an input of the model. */
    void input(int tensor, String image);

    void convolution(OperationDefinition definition, Operation.Convolution convolution);

    void pool(OperationDefinition definition, Operation.Pool pool);

    void add(OperationDefinition definition, Operation.Add add);

    void concat(OperationDefinition definition, Operation.Concat concat);

    void reshape(OperationDefinition definition);

    void dequantize(OperationDefinition definition);

    /** The tensor that holds a float result of the model. */
    String result(int tensor);
}
