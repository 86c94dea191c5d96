package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** A constant of an ONNX file, in one of the two forms that import needs. Its arrays are shared, and never changed. */
public sealed interface OnnxTensor {
    /** Extents, in the order of the dimensions; none for a scalar. */
    int[] shape();

    /** The element type by its name in the format, such as {@code FLOAT} or {@code INT64}. */
    String type();

    /** Number of elements. */
    int elements();

    /** The same elements in another shape of as many. */
    OnnxTensor reshaped(int... newShape);

    /** A tensor whose element {@code i} is this one's element {@code source(i)}. */
    OnnxTensor select(int[] newShape, IntUnaryOperator source);

    /** Element {@code i} as a floating-point number. */
    double real(int i);

    /** Numbers of the types FLOAT, DOUBLE, FLOAT16 and BFLOAT16, rounded to single precision. */
    record Floats(String type, int[] shape, float[] values) implements OnnxTensor {
        @Override
        public int elements() {
            return values.length;
        }

        @Override
        public Floats reshaped(int... newShape) {
            return new Floats(type, newShape, values);
        }

        @Override
        public Floats select(int[] newShape, IntUnaryOperator source) {
            float[] selected = new float[Constants.elements(newShape)];
            for (int i = 0; i < selected.length; i++) {
                selected[i] = values[source.applyAsInt(i)];
            }
            return new Floats(type, newShape, selected);
        }

        @Override
        public double real(int i) {
            return values[i];
        }

        @Override
        public String toString() {
            return type + Arrays.toString(shape);
        }
    }

    /** Numbers of the integer types and BOOL. */
    record Integers(String type, int[] shape, long[] values) implements OnnxTensor {
        @Override
        public int elements() {
            return values.length;
        }

        @Override
        public Integers reshaped(int... newShape) {
            return new Integers(type, newShape, values);
        }

        @Override
        public Integers select(int[] newShape, IntUnaryOperator source) {
            long[] selected = new long[Constants.elements(newShape)];
            for (int i = 0; i < selected.length; i++) {
                selected[i] = values[source.applyAsInt(i)];
            }
            return new Integers(type, newShape, selected);
        }

        @Override
        public double real(int i) {
            return values[i];
        }

        @Override
        public String toString() {
            return type + Arrays.toString(shape);
        }
    }

    /** A vector of 64-bit integers. */
    static Integers vector(long... values) {
        return new Integers("INT64", new int[] {values.length}, values);
    }

    /**
     * Reads a file that holds one tensor, as the conformance tests have them.
     *
     * @throws GraphException if it is no tensor of numbers
     */
    static OnnxTensor read(Path file) {
        byte[] bytes = Protobuf.bytes(file);
        TensorProto tensor = Protobuf.parse(bytes, TensorProto.parser(), String.valueOf(file.getFileName()));
        return TensorDecoder.of(file).decode(tensor, "tensor of " + file.getFileName());
    }
}
