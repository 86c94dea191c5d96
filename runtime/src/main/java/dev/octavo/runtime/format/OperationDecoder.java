package dev.octavo.runtime.format;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Epilogue;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.PiecewisePolynomial;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.proto.Blob;
import dev.octavo.runtime.format.proto.Convolution;
import dev.octavo.runtime.format.proto.FloatConvolution;
import dev.octavo.runtime.format.proto.Multipliers;
import dev.octavo.runtime.format.proto.Pool;
import dev.octavo.runtime.format.proto.Quantize;
import dev.octavo.runtime.format.proto.Window;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a file as operations, their arrays read or referred to in its data. Whatever does not fit throws {@link
 * IllegalArgumentException}.
 */
final class OperationDecoder {
    private final MemorySegment data;

    OperationDecoder(MemorySegment data) {
        this.data = data;
    }

    Operation decode(dev.octavo.runtime.format.proto.Operation message) {
        return switch (message.getKindCase()) {
            case CONVOLUTION -> convolution(message.getConvolution());
            case FLOAT_CONVOLUTION -> convolution(message.getFloatConvolution());
            case POOL -> pool(message.getPool());
            case ADD -> {
                List<FixedPointMultiplier> multipliers =
                        multipliers(message.getAdd().getMultipliers(), 2);
                yield new Operation.Add(
                        multipliers.get(0),
                        multipliers.get(1),
                        message.getAdd().getOffset(),
                        message.getAdd().getLow(),
                        message.getAdd().getHigh());
            }
            case MULTIPLY ->
                new Operation.Multiply(
                        multipliers(message.getMultiply().getMultiplier(), 1).getFirst(),
                        message.getMultiply().getLeftZero(),
                        message.getMultiply().getRightZero(),
                        message.getMultiply().getBias(),
                        message.getMultiply().getLow(),
                        message.getMultiply().getHigh());
            case LOOK_UP -> new Operation.LookUp(message.getLookUp().toByteArray());
            case QUANTIZE -> quantize(message.getQuantize());
            case DEQUANTIZE -> new Operation.Dequantize(message.getDequantize().getZero());
            case UNARY ->
                new Operation.Unary(
                        Enums.record(message.getUnary().getFunction()),
                        message.getUnary().getAlpha(),
                        message.getUnary().getBeta());
            case BINARY -> new Operation.Binary(Enums.record(message.getBinary()));
            case MAT_MUL -> new Operation.MatMul();
            case SOFTMAX -> new Operation.Softmax(message.getSoftmax());
            case REDUCTION ->
                new Operation.Reduction(
                        Enums.record(message.getReduction().getKind()),
                        message.getReduction().getAxesList());
            case SELECT -> new Operation.Select();
            case ARG_EXTREME ->
                new Operation.ArgExtreme(
                        message.getArgExtreme().getAxis(),
                        message.getArgExtreme().getLeast(),
                        message.getArgExtreme().getLast());
            case TOP_K ->
                new Operation.TopK(
                        message.getTopK().getAxis(),
                        message.getTopK().getLeast(),
                        message.getTopK().getIndices());
            case GATHER ->
                new Operation.Gather(
                        message.getGather().getAxis(), message.getGather().getElements());
            case SCATTER ->
                new Operation.Scatter(
                        message.getScatter().getAxis(),
                        Enums.record(message.getScatter().getCombination()));
            case RESHAPE -> new Operation.Reshape();
            case TRANSPOSE -> new Operation.Transpose(message.getTranspose().getValuesList());
            case SLICE ->
                new Operation.Slice(
                        message.getSlice().getStartsList(), message.getSlice().getStepsList());
            case CONCAT -> new Operation.Concat(message.getConcat());
            case PAD ->
                new Operation.Pad(
                        message.getPad().getBeforeList(),
                        message.getPad().getElement().toByteArray());
            case KIND_NOT_SET ->
                throw new IllegalArgumentException(
                        "unknown operation: use a newer release, or convert the model again");
        };
    }

    /** The part of the data that a blob names. */
    MemorySegment array(Blob blob) {
        long offset = blob.getOffset();
        long bytes = blob.getBytes();
        if (offset < 0 || bytes < 0 || offset > data.byteSize() || bytes > data.byteSize() - offset) {
            throw new IllegalArgumentException(Long.toUnsignedString(bytes) + " bytes at offset "
                    + Long.toUnsignedString(offset) + " exceed the " + data.byteSize() + " bytes of data");
        }
        if (offset % FileLayout.ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "offset " + offset + " of an array is not a multiple of " + FileLayout.ALIGNMENT);
        }
        return data.asSlice(offset, bytes);
    }

    private Operation convolution(Convolution message) {
        MemorySegment biases = words(message.getBias());
        int[] bias = biases.toArray(OperationEncoder.INT);
        Epilogue epilogue = switch (message.getEpilogueCase()) {
            case REQUANTIZATION -> {
                var requantization = message.getRequantization();
                yield new Requantization(
                        multipliers(requantization.getMultipliers()),
                        requantization.getLow(),
                        requantization.getHighList().stream()
                                .mapToInt(Integer::intValue)
                                .toArray());
            }
            case ACTIVATION -> activation(message.getActivation());
            case RESCALING -> new Rescaling(floats(message.getRescaling().getScalesList()));
            case EPILOGUE_NOT_SET -> throw new IllegalArgumentException("a convolution without an epilogue");
        };
        @Nullable
        FixedPointMultiplier residual =
                message.hasResidual() ? multipliers(message.getResidual(), 1).getFirst() : null;
        return new Operation.Convolution(
                window(message.getWindow()),
                padding(message.getWindow()),
                array(message.getWeights()),
                bias,
                epilogue,
                residual);
    }

    private Operation convolution(FloatConvolution message) {
        MemorySegment biases = words(message.getBias());
        float[] bias = biases.toArray(OperationEncoder.FLOAT);
        return new Operation.FloatConvolution(
                window(message.getWindow()),
                padding(message.getWindow()),
                array(message.getWeights()),
                bias,
                message.getLow(),
                message.getHigh());
    }

    private static Epilogue activation(dev.octavo.runtime.format.proto.Activation message) {
        return new Activation(
                new Activation.Function(
                        Enums.record(message.getFunction().getFunction()),
                        message.getFunction().getAlpha(),
                        message.getFunction().getBeta(),
                        message.getWidth()),
                new PiecewisePolynomial(floats(message.getCoefficientsList())),
                message.getGated(),
                floats(message.getStepsList()),
                message.getOrigin(),
                floats(message.getScalesList()),
                message.getOffset(),
                message.getLow(),
                message.getHigh());
    }

    private static Operation pool(Pool message) {
        return new Operation.Pool(
                Enums.record(message.getKind()),
                window(message.getWindow()),
                padding(message.getWindow()),
                message.getCountPadding(),
                message.getOffset(),
                message.getRatio());
    }

    private static Operation quantize(Quantize message) {
        return new Operation.Quantize(message.getZeroPoint(), message.getLow(), message.getHigh());
    }

    private MemorySegment words(Blob blob) {
        MemorySegment words = array(blob);
        if (words.byteSize() % Integer.BYTES != 0) {
            throw new IllegalArgumentException(words.byteSize() + " bytes of bias are not whole elements");
        }
        return words;
    }

    private static ConvolutionShape window(Window window) {
        return new ConvolutionShape(
                window.getKernelHeight(),
                window.getKernelWidth(),
                window.getStrideHeight(),
                window.getStrideWidth(),
                window.getDilationHeight(),
                window.getDilationWidth(),
                window.getGroups());
    }

    private static Padding padding(Window window) {
        return new Padding(window.getPadTop(), window.getPadLeft(), window.getPadBottom(), window.getPadRight());
    }

    private static List<FixedPointMultiplier> multipliers(Multipliers message, int count) {
        List<FixedPointMultiplier> multipliers = multipliers(message);
        if (multipliers.size() != count) {
            throw new IllegalArgumentException(multipliers.size() + " multipliers where " + count + " are needed");
        }
        return multipliers;
    }

    private static List<FixedPointMultiplier> multipliers(Multipliers message) {
        if (message.getMultipliersCount() != message.getShiftsCount()) {
            throw new IllegalArgumentException(
                    message.getMultipliersCount() + " multipliers with " + message.getShiftsCount() + " shifts");
        }
        List<FixedPointMultiplier> multipliers = new ArrayList<>(message.getShiftsCount());
        for (int i = 0; i < message.getShiftsCount(); i++) {
            multipliers.add(new FixedPointMultiplier(message.getMultipliers(i), message.getShifts(i)));
        }
        return multipliers;
    }

    private static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }
}
