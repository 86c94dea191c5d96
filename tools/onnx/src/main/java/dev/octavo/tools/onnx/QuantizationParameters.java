package dev.octavo.tools.onnx;

import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Grid;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.graph.ShapeInference;
import dev.octavo.tools.graph.Steps;
import java.util.Arrays;
import java.util.Optional;

/**
 * The scales and zero points that a node states for one of its tensors: {@code real = scale · (code − zero point)}.
 *
 * @param scales one, or one for each index along an axis; positive and finite
 * @param zeroPoints as many, codes of the type
 * @param type of the codes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record QuantizationParameters(float[] scales, long[] zeroPoints, NumberType type) {
    /**
     * Reads two inputs of a node, which must be constant.
     *
     * @param zeroPoint position of an input that may be missing, for zero points of 0
     * @param assumedType of the codes where the zero point is missing
     */
    static QuantizationParameters of(OnnxNode node, int scale, int zeroPoint, NumberType assumedType) {
        FloatTensor scales = node.weights(scale);
        if (scales.rank() > 1) {
            throw new GraphException("its scale '" + node.input(scale) + "' is " + scales + "; blocks of values with"
                    + " scales of their own are not supported");
        }
        for (int i = 0; i < scales.elements(); i++) {
            if (!(scales.at(i) > 0)) {
                throw new GraphException(
                        "its scale '" + node.input(scale) + "' is " + scales.at(i) + "; scales must be positive");
            }
        }
        if (!node.hasInput(zeroPoint)) {
            return new QuantizationParameters(scales.values(), new long[scales.elements()], assumedType);
        }
        String name = node.input(zeroPoint);
        Constant stated = node.constant(zeroPoint);
        if (!(stated instanceof Constant.Integers zeroPoints)) {
            throw new GraphException("its zero point '" + name + "' is " + stated + " where integers are needed");
        }
        if (zeroPoints.elements() != scales.elements() || zeroPoints.shape().length > 1) {
            throw new GraphException("its zero point '" + name + "' is " + stated + ", but its scale '"
                    + node.input(scale) + "' is " + scales);
        }
        return new QuantizationParameters(scales.values(), zeroPoints.values(), zeroPoints.type());
    }

    /**
     * Reads what a node states of an input of codes: its scale, and its zero point behind that.
     *
     * @param codes position of the input, constant or computed
     */
    static QuantizationParameters ofCodes(OnnxNode node, int codes, int scale) {
        Optional<NumberType> type = node.typeOfCodes(codes);
        QuantizationParameters parameters = of(node, scale, scale + 1, type.orElse(NumberType.UINT8));
        if (type.isPresent() && !type.get().equals(parameters.type)) {
            throw new GraphException("its input '" + node.input(codes) + "' is " + type.get() + ", but its zero point '"
                    + node.input(scale + 1) + "' is " + parameters.type);
        }
        return parameters;
    }

    /** Whether all values share one scale. */
    boolean common() {
        return scales.length == 1;
    }

    /** The numbers that a tensor of 8-bit codes with one scale can hold. */
    Grid grid() {
        if (!common()) {
            throw new GraphException("it has " + scales.length + " scales for a computed tensor; one is supported");
        }
        Grid codes = type.codes();
        return new Grid(scales[0], Math.toIntExact(zeroPoints[0]), codes.low(), codes.high());
    }

    /** The real numbers of constant codes. */
    Constant.Floats dequantize(Constant.Integers codes, int axis) {
        int[] shape = codes.shape();
        int inner = inner(shape, axis);
        float[] reals = new float[codes.elements()];
        for (int i = 0; i < reals.length; i++) {
            int c = common() ? 0 : i / inner % scales.length;
            reals[i] = (codes.values()[i] - zeroPoints[c]) * scales[c];
        }
        return new Constant.Floats(NumberType.FLOAT, shape, reals);
    }

    /** The codes of constant real numbers. */
    Constant.Integers quantize(Constant.Floats reals, int axis) {
        int[] shape = reals.shape();
        int inner = inner(shape, axis);
        Grid range = type.codes();
        long[] codes = new long[reals.elements()];
        for (int i = 0; i < codes.length; i++) {
            int c = common() ? 0 : i / inner % scales.length;
            codes[i] = Math.clamp(
                    (long) Math.rint(reals.values()[i] / scales[c]) + zeroPoints[c], range.low(), range.high());
        }
        return new Constant.Integers(type, shape, codes);
    }

    /** What dequantized constants are multiples of. */
    Steps steps(int axis) {
        return new Steps(scales, axis);
    }

    private int inner(int[] shape, int axis) {
        if (common()) {
            return 1;
        }
        if (axis < 0 || axis >= shape.length || shape[axis] != scales.length) {
            throw new GraphException(
                    scales.length + " scales do not fit dimension " + axis + " of a tensor " + Arrays.toString(shape));
        }
        return ShapeInference.elements(Arrays.copyOfRange(shape, axis + 1, shape.length));
    }
}
