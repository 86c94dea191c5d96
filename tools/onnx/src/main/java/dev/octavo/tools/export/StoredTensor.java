package dev.octavo.tools.export;

import dev.octavo.kernels.ElementType;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;

/**
 * How an ONNX graph stores a quantized tensor of Octavo, whose zero point is 0: an offset on every code makes uint8 of int8
 * and the reverse.
 *
 * @param name of the tensor of codes
 * @param scale name of the constant
 * @param zeroPoint name of the constant
 */
public record StoredTensor(String name, DataType type, String scale, String zeroPoint) {
    /** Adds the constants of a tensor to a graph. */
    static StoredTensor of(GraphWriter graph, String name, float scale, boolean signed, int offset) {
        DataType type = signed ? DataType.INT8 : DataType.UINT8;
        return new StoredTensor(
                name,
                type,
                graph.floats(name + ".scale", new float[] {scale}),
                graph.bytes(name + ".zero", type, new byte[] {(byte) offset}));
    }

    /** What is added to Octavo's codes. */
    static int offset(ElementType type, boolean signed) {
        return switch (type) {
            case UINT8 -> signed ? -128 : 0;
            case INT8 -> signed ? 0 : 128;
            case FLOAT32 -> throw new IllegalArgumentException("a float tensor has no codes");
        };
    }
}
