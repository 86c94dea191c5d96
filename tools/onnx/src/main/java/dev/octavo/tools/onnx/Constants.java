package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.ShapeInference;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Arithmetic on constants: what shape computations need, at import. */
final class Constants {
    private Constants() {}

    /** Product of extents that is known to fit. */
    static int elements(int[] shape) {
        long elements = 1;
        for (int size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        return Math.toIntExact(elements);
    }

    /** Distances between neighbours along each dimension, in elements. */
    static int[] strides(int[] shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= shape[d];
        }
        return strides;
    }

    /** The elements at {@code offset + Σ index[d] · strides[d]}, over all indices of a shape. */
    static OnnxTensor strided(OnnxTensor tensor, int[] shape, int offset, int[] strides) {
        int[] dense = strides(shape);
        return tensor.select(shape, i -> {
            int at = offset;
            int rest = i;
            for (int d = 0; d < shape.length; d++) {
                at += rest / dense[d] * strides[d];
                rest %= dense[d];
            }
            return at;
        });
    }

    static OnnxTensor slice(OnnxTensor tensor, int[] shape, List<Integer> starts, List<Integer> steps) {
        int[] strides = strides(tensor.shape());
        int offset = 0;
        for (int d = 0; d < shape.length; d++) {
            offset += starts.get(d) * strides[d];
            strides[d] *= steps.get(d);
        }
        return strided(tensor, shape, offset, strides);
    }

    static OnnxTensor transpose(OnnxTensor tensor, List<Integer> order) {
        int[] strides = strides(tensor.shape());
        int[] permuted = order.stream().mapToInt(d -> strides[d]).toArray();
        return strided(tensor, ShapeInference.transposed(tensor.shape(), order), 0, permuted);
    }

    /** Repeated to a larger shape, by the rules of broadcasting. */
    static OnnxTensor expand(OnnxTensor tensor, int[] shape) {
        if (Arrays.equals(tensor.shape(), shape)) {
            return tensor;
        }
        int missing = shape.length - tensor.shape().length;
        int[] own = strides(tensor.shape());
        int[] strides = new int[shape.length];
        for (int d = missing; d < shape.length; d++) {
            strides[d] = tensor.shape()[d - missing] == 1 ? 0 : own[d - missing];
        }
        return strided(tensor, shape, 0, strides);
    }

    /** Repeated as a whole along every dimension, to a shape of multiples of its extents. */
    static OnnxTensor tile(OnnxTensor tensor, int[] shape) {
        int[] dense = strides(shape);
        int[] own = strides(tensor.shape());
        return tensor.select(shape, i -> {
            int at = 0;
            int rest = i;
            for (int d = 0; d < shape.length; d++) {
                at += rest / dense[d] % tensor.shape()[d] * own[d];
                rest %= dense[d];
            }
            return at;
        });
    }

    /** {@code data} at {@code indices} of a dimension; negative ones count from its end. */
    static OnnxTensor gather(OnnxTensor data, OnnxTensor.Integers indices, int axis) {
        int[] from = data.shape();
        int[] shape = new int[from.length - 1 + indices.shape().length];
        System.arraycopy(from, 0, shape, 0, axis);
        System.arraycopy(indices.shape(), 0, shape, axis, indices.shape().length);
        System.arraycopy(from, axis + 1, shape, axis + indices.shape().length, from.length - axis - 1);
        int inner = elements(Arrays.copyOfRange(from, axis + 1, from.length));
        int picked = indices.elements();
        int[] rows = new int[picked];
        for (int i = 0; i < picked; i++) {
            rows[i] = ShapeInference.index(indices.values()[i], from[axis]);
        }
        ShapeInference.elements(shape);
        return data.select(
                shape, i -> ((i / inner / picked) * from[axis] + rows[i / inner % picked]) * inner + i % inner);
    }

    /** One after the other along a dimension. */
    static OnnxTensor concat(List<OnnxTensor> parts, int axis) {
        OnnxTensor first = parts.getFirst();
        int[] shape = ShapeInference.concatenated(
                parts.stream().map(OnnxTensor::shape).toList(), axis);
        int outer = elements(Arrays.copyOf(shape, axis));
        int row = elements(Arrays.copyOfRange(shape, axis, shape.length));
        Object values = first instanceof OnnxTensor.Floats ? new float[outer * row] : new long[outer * row];
        int at = 0;
        for (OnnxTensor part : parts) {
            int length = part.elements() / Math.max(1, outer);
            for (int i = 0; i < outer; i++) {
                System.arraycopy(array(part), i * length, values, i * row + at, length);
            }
            at += length;
        }
        return switch (first) {
            case OnnxTensor.Floats floats -> new OnnxTensor.Floats(floats.type(), shape, (float[]) values);
            case OnnxTensor.Integers integers -> new OnnxTensor.Integers(integers.type(), shape, (long[]) values);
        };
    }

    private static Object array(OnnxTensor tensor) {
        return switch (tensor) {
            case OnnxTensor.Floats floats -> floats.values();
            case OnnxTensor.Integers integers -> integers.values();
        };
    }

    /** A function of each element. */
    static OnnxTensor unary(Op.Unary function, OnnxTensor tensor) {
        if (!(tensor instanceof OnnxTensor.Floats floats)) {
            throw new GraphException("its input is " + tensor + " where floats are needed");
        }
        float[] values = floats.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) function.apply(values[i]);
        }
        return new OnnxTensor.Floats(floats.type(), floats.shape(), values);
    }

    /** A function of two tensors of the same kind, broadcast; integer division rounds towards 0. */
    static OnnxTensor binary(String op, OnnxTensor left, OnnxTensor right) {
        int[] shape = ShapeInference.broadcast(left.shape(), right.shape());
        OnnxTensor a = expand(left, shape);
        OnnxTensor b = expand(right, shape);
        return switch (a) {
            case OnnxTensor.Floats x
            when b instanceof OnnxTensor.Floats y -> {
                DoubleBinaryOperator function = switch (op) {
                    case "Add" -> Double::sum;
                    case "Sub" -> (p, q) -> p - q;
                    case "Mul" -> (p, q) -> p * q;
                    default -> (p, q) -> p / q;
                };
                float[] values = new float[x.elements()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) function.applyAsDouble(x.values()[i], y.values()[i]);
                }
                yield new OnnxTensor.Floats(x.type(), shape, values);
            }
            case OnnxTensor.Integers x
            when b instanceof OnnxTensor.Integers y -> {
                LongBinaryOperator function = switch (op) {
                    case "Add" -> Long::sum;
                    case "Sub" -> (p, q) -> p - q;
                    case "Mul" -> (p, q) -> p * q;
                    default -> Constants::quotient;
                };
                long[] values = new long[x.elements()];
                Arrays.setAll(values, i -> function.applyAsLong(x.values()[i], y.values()[i]));
                yield new OnnxTensor.Integers(x.type(), shape, values);
            }
            default -> throw new GraphException("its inputs are of different types, " + left + " and " + right);
        };
    }

    private static long quotient(long dividend, long divisor) {
        if (divisor == 0) {
            throw new GraphException("it divides by zero");
        }
        return dividend / divisor;
    }

    /** The numbers in another type; from floats to integers they are cut off. */
    static OnnxTensor cast(OnnxTensor tensor, String type) {
        boolean real =
                type.equals("FLOAT") || type.equals("DOUBLE") || type.equals("FLOAT16") || type.equals("BFLOAT16");
        if (real) {
            float[] values = new float[tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                float value = (float) tensor.real(i);
                values[i] = type.equals("FLOAT16") ? Float.float16ToFloat(Float.floatToFloat16(value)) : value;
            }
            return new OnnxTensor.Floats(type, tensor.shape(), values);
        }
        long[] values = new long[tensor.elements()];
        for (int i = 0; i < values.length; i++) {
            long value = tensor instanceof OnnxTensor.Integers integers ? integers.values()[i] : (long) tensor.real(i);
            values[i] = switch (type) {
                case "INT64", "UINT64" -> value;
                case "INT32" -> (int) value;
                case "UINT32" -> Integer.toUnsignedLong((int) value);
                case "INT16" -> (short) value;
                case "UINT16" -> Short.toUnsignedLong((short) value);
                case "INT8" -> (byte) value;
                case "UINT8" -> Byte.toUnsignedLong((byte) value);
                case "BOOL" -> tensor.real(i) != 0 ? 1 : 0;
                default -> throw new GraphException("it casts to " + type + ", which is not supported");
            };
        }
        return new OnnxTensor.Integers(type, tensor.shape(), values);
    }
}
