package dev.octavo.tools.graph;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatReduction;
import java.util.Arrays;
import java.util.List;

/** Arithmetic on constants: what shape computations need, at import. */
final class ConstantMath {
    private ConstantMath() {}

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
    static Constant strided(Constant tensor, int[] shape, int offset, int[] strides) {
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

    static Constant slice(Constant tensor, int[] shape, List<Integer> starts, List<Integer> steps) {
        int[] strides = strides(tensor.shape());
        int offset = 0;
        for (int d = 0; d < shape.length; d++) {
            offset += starts.get(d) * strides[d];
            strides[d] *= steps.get(d);
        }
        return strided(tensor, shape, offset, strides);
    }

    static Constant transpose(Constant tensor, List<Integer> order) {
        int[] strides = strides(tensor.shape());
        int[] permuted = order.stream().mapToInt(d -> strides[d]).toArray();
        return strided(tensor, ShapeInference.transposed(tensor.shape(), order), 0, permuted);
    }

    /** Repeated to a larger shape, by the rules of broadcasting. */
    static Constant expand(Constant tensor, int[] shape) {
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
    static Constant tile(Constant tensor, int[] shape) {
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
    static Constant gather(Constant data, Constant.Integers indices, int axis) {
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
    static Constant concat(List<Constant> parts, int axis) {
        Constant first = parts.getFirst();
        int[] shape =
                ShapeInference.concatenated(parts.stream().map(Constant::shape).toList(), axis);
        int outer = elements(Arrays.copyOf(shape, axis));
        int row = elements(Arrays.copyOfRange(shape, axis, shape.length));
        Object values = first instanceof Constant.Floats ? new float[outer * row] : new long[outer * row];
        int at = 0;
        for (Constant part : parts) {
            int length = part.elements() / Math.max(1, outer);
            for (int i = 0; i < outer; i++) {
                System.arraycopy(array(part), i * length, values, i * row + at, length);
            }
            at += length;
        }
        return switch (first) {
            case Constant.Floats floats -> new Constant.Floats(floats.type(), shape, (float[]) values);
            case Constant.Integers integers -> new Constant.Integers(integers.type(), shape, (long[]) values);
        };
    }

    private static Object array(Constant tensor) {
        return switch (tensor) {
            case Constant.Floats floats -> floats.values();
            case Constant.Integers integers -> integers.values();
        };
    }

    /** A function of each element. */
    static Constant unary(Op.Unary function, Constant tensor) {
        if (!(tensor instanceof Constant.Floats floats)) {
            throw new GraphException("its input is " + tensor + " where floats are needed");
        }
        float[] values = floats.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) function.apply(values[i]);
        }
        return new Constant.Floats(floats.type(), floats.shape(), values);
    }

    /** A function of two tensors of the same kind, broadcast; integers are exact, and divided towards 0. */
    static Constant binary(FloatBinary.Function function, Constant left, Constant right) {
        int[] shape = ShapeInference.broadcast(left.shape(), right.shape());
        Constant a = expand(left, shape);
        Constant b = expand(right, shape);
        return switch (a) {
            case Constant.Floats x
            when b instanceof Constant.Floats y -> {
                float[] values = new float[x.elements()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) real(function, x.values()[i], y.values()[i]);
                }
                yield compares(function)
                        ? cast(new Constant.Floats(x.type(), shape, values), NumberType.BOOL)
                        : new Constant.Floats(x.type(), shape, values);
            }
            case Constant.Integers x
            when b instanceof Constant.Integers y -> {
                long[] values = new long[x.elements()];
                Arrays.setAll(values, i -> x.type().wrap(integer(function, x.values()[i], y.values()[i])));
                yield new Constant.Integers(compares(function) ? NumberType.BOOL : x.type(), shape, values);
            }
            default -> throw new GraphException("its inputs are of different types, " + left + " and " + right);
        };
    }

    private static boolean compares(FloatBinary.Function function) {
        return function == FloatBinary.Function.EQUAL
                || function == FloatBinary.Function.LESS
                || function == FloatBinary.Function.LESS_OR_EQUAL;
    }

    private static double real(FloatBinary.Function function, double a, double b) {
        return switch (function) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MINIMUM -> Math.min(a, b);
            case MAXIMUM -> Math.max(a, b);
            case POWER -> Math.pow(a, b);
            case REMAINDER -> a % b;
            case MODULO -> b == 0 ? Double.NaN : a - b * Math.floor(a / b);
            case EQUAL -> a == b ? 1 : 0;
            case LESS -> a < b ? 1 : 0;
            case LESS_OR_EQUAL -> a <= b ? 1 : 0;
            case PARAMETRIC_RELU -> a < 0 ? b * a : a;
        };
    }

    private static long integer(FloatBinary.Function function, long a, long b) {
        return switch (function) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> quotient(a, b);
            case MINIMUM -> Math.min(a, b);
            case MAXIMUM -> Math.max(a, b);
            case POWER -> (long) Math.pow((double) a, (double) b);
            case REMAINDER -> a - b * quotient(a, b);
            case MODULO -> a - b * Math.floorDiv(a, nonZero(b));
            case EQUAL -> a == b ? 1 : 0;
            case LESS -> a < b ? 1 : 0;
            case LESS_OR_EQUAL -> a <= b ? 1 : 0;
            case PARAMETRIC_RELU -> a < 0 ? b * a : a;
        };
    }

    private static long quotient(long dividend, long divisor) {
        return dividend / nonZero(divisor);
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw new GraphException("it divides by zero");
        }
        return divisor;
    }

    /** The second constant where the first is not 0, else the third, all broadcast to a shape. */
    static Constant select(Constant condition, Constant left, Constant right, int[] shape) {
        Constant c = expand(condition, shape);
        Constant a = expand(left, shape);
        Constant b = expand(right, shape);
        return switch (a) {
            case Constant.Floats x -> {
                float[] values = new float[x.elements()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (c.real(i) != 0 ? x.values()[i] : b.real(i));
                }
                yield new Constant.Floats(x.type(), shape, values);
            }
            case Constant.Integers x
            when b instanceof Constant.Integers y -> {
                long[] values = new long[x.elements()];
                Arrays.setAll(values, i -> c.real(i) != 0 ? x.values()[i] : y.values()[i]);
                yield new Constant.Integers(x.type(), shape, values);
            }
            default -> throw new GraphException("its inputs are of different types, " + left + " and " + right);
        };
    }

    /** A reduction over some dimensions, to a shape without them or with extents of 1; a mean of integers is cut off. */
    static Constant reduce(FloatReduction.Kind kind, Constant tensor, List<Integer> axes, int[] shape) {
        int[] from = tensor.shape();
        int[] kept = ShapeInference.reduced(from, axes, true);
        int[] into = strides(kept);
        int[] dense = strides(from);
        double[] results = new double[elements(shape)];
        Arrays.fill(
                results,
                switch (kind) {
                    case MEAN, SUM -> 0;
                    case PRODUCT -> 1;
                    case MAXIMUM -> Double.NEGATIVE_INFINITY;
                    case MINIMUM -> Double.POSITIVE_INFINITY;
                });
        for (int i = 0; i < tensor.elements(); i++) {
            int at = 0;
            int rest = i;
            for (int d = 0; d < from.length; d++) {
                at += kept[d] == 1 ? 0 : rest / dense[d] * into[d];
                rest %= dense[d];
            }
            double x = tensor.real(i);
            results[at] = switch (kind) {
                case MEAN, SUM -> results[at] + x;
                case PRODUCT -> results[at] * x;
                case MAXIMUM -> Math.max(results[at], x);
                case MINIMUM -> Math.min(results[at], x);
            };
        }
        double count = kind == FloatReduction.Kind.MEAN ? (double) tensor.elements() / Math.max(1, results.length) : 1;
        if (tensor instanceof Constant.Integers) {
            long[] integers = new long[results.length];
            Arrays.setAll(integers, i -> (long) (results[i] / count));
            return new Constant.Integers(tensor.type(), shape, integers);
        }
        float[] floats = new float[results.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) (results[i] / count);
        }
        return new Constant.Floats(tensor.type(), shape, floats);
    }

    /** A constant output; integers stay exact. */
    static FloatTensor exact(Constant tensor, String output) {
        float[] values = new float[tensor.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) tensor.real(i);
            if (tensor instanceof Constant.Integers integers && (long) values[i] != integers.values()[i]) {
                throw new GraphException("the output '" + output + "' is the constant " + integers.values()[i]
                        + ", which no float represents");
            }
        }
        return FloatTensor.of(tensor.shape(), values);
    }

    /** The numbers in another type; from floats to integers they are cut off. */
    static Constant cast(Constant tensor, NumberType type) {
        if (type.isReal()) {
            float[] values = new float[tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                float value = (float) tensor.real(i);
                values[i] = type == NumberType.FLOAT16 ? Float.float16ToFloat(Float.floatToFloat16(value)) : value;
            }
            return new Constant.Floats(type, tensor.shape(), values);
        }
        long[] values = new long[tensor.elements()];
        for (int i = 0; i < values.length; i++) {
            if (type == NumberType.BOOL) {
                values[i] = tensor.real(i) != 0 ? 1 : 0;
            } else {
                values[i] = type.wrap(
                        tensor instanceof Constant.Integers integers ? integers.values()[i] : (long) tensor.real(i));
            }
        }
        return new Constant.Integers(type, tensor.shape(), values);
    }
}
