package dev.octavo.runtime.format;

import com.google.protobuf.ByteString;
import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.proto.Add;
import dev.octavo.runtime.format.proto.ArgExtreme;
import dev.octavo.runtime.format.proto.Convolution;
import dev.octavo.runtime.format.proto.Dequantize;
import dev.octavo.runtime.format.proto.Empty;
import dev.octavo.runtime.format.proto.FloatConvolution;
import dev.octavo.runtime.format.proto.Gather;
import dev.octavo.runtime.format.proto.Indices;
import dev.octavo.runtime.format.proto.Multipliers;
import dev.octavo.runtime.format.proto.Multiply;
import dev.octavo.runtime.format.proto.Pad;
import dev.octavo.runtime.format.proto.Pool;
import dev.octavo.runtime.format.proto.Quantize;
import dev.octavo.runtime.format.proto.Reduction;
import dev.octavo.runtime.format.proto.Scatter;
import dev.octavo.runtime.format.proto.Slice;
import dev.octavo.runtime.format.proto.TopK;
import dev.octavo.runtime.format.proto.Unary;
import dev.octavo.runtime.format.proto.Window;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/** Operations as messages of the file, their arrays in its data. */
final class OperationEncoder {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final DataSection data;

    OperationEncoder(DataSection data) {
        this.data = data;
    }

    dev.octavo.runtime.format.proto.Operation encode(OperationDefinition definition) {
        var message = dev.octavo.runtime.format.proto.Operation.newBuilder()
                .setName(definition.name())
                .addAllInputs(definition.inputs())
                .setOutput(definition.output());
        Empty empty = Empty.getDefaultInstance();
        switch (definition.operation()) {
            case Operation.Convolution convolution -> message.setConvolution(convolution(convolution));
            case Operation.FloatConvolution convolution -> message.setFloatConvolution(convolution(convolution));
            case Operation.Pool pool ->
                message.setPool(Pool.newBuilder()
                        .setKind(Enums.proto(pool.kind()))
                        .setWindow(window(pool.window(), pool.padding()))
                        .setCountPadding(pool.countPadding())
                        .setOffset(pool.offset())
                        .setRatio(pool.ratio()));
            case Operation.Add add ->
                message.setAdd(Add.newBuilder()
                        .setMultipliers(multipliers(List.of(add.left(), add.right())))
                        .setOffset(add.offset())
                        .setLow(add.low())
                        .setHigh(add.high()));
            case Operation.Multiply multiply ->
                message.setMultiply(Multiply.newBuilder()
                        .setMultiplier(multipliers(List.of(multiply.multiplier())))
                        .setLeftZero(multiply.leftZero())
                        .setRightZero(multiply.rightZero())
                        .setBias(multiply.bias())
                        .setLow(multiply.low())
                        .setHigh(multiply.high()));
            case Operation.LookUp lookUp -> message.setLookUp(ByteString.copyFrom(lookUp.table()));
            case Operation.Quantize quantize -> message.setQuantize(quantize(quantize));
            case Operation.Dequantize dequantize ->
                message.setDequantize(Dequantize.newBuilder().setZero(dequantize.zero()));
            case Operation.Unary unary -> message.setUnary(unary(unary.function(), unary.alpha(), unary.beta()));
            case Operation.Binary binary -> message.setBinary(Enums.proto(binary.function()));
            case Operation.MatMul _ -> message.setMatMul(empty);
            case Operation.Softmax softmax -> message.setSoftmax(softmax.axis());
            case Operation.Reduction reduction ->
                message.setReduction(Reduction.newBuilder()
                        .setKind(Enums.proto(reduction.kind()))
                        .addAllAxes(reduction.axes()));
            case Operation.Select _ -> message.setSelect(Empty.getDefaultInstance());
            case Operation.ArgExtreme extreme ->
                message.setArgExtreme(ArgExtreme.newBuilder()
                        .setAxis(extreme.axis())
                        .setLeast(extreme.least())
                        .setLast(extreme.last()));
            case Operation.TopK topK ->
                message.setTopK(TopK.newBuilder()
                        .setAxis(topK.axis())
                        .setLeast(topK.least())
                        .setIndices(topK.indices()));
            case Operation.Gather gather ->
                message.setGather(Gather.newBuilder().setAxis(gather.axis()).setElements(gather.elements()));
            case Operation.Scatter scatter ->
                message.setScatter(Scatter.newBuilder()
                        .setAxis(scatter.axis())
                        .setCombination(Enums.proto(scatter.combination())));
            case Operation.Reshape _ -> message.setReshape(empty);
            case Operation.Transpose transpose -> message.setTranspose(indices(transpose.order()));
            case Operation.Slice slice ->
                message.setSlice(Slice.newBuilder().addAllStarts(slice.starts()).addAllSteps(slice.steps()));
            case Operation.Concat concat -> message.setConcat(concat.axis());
            case Operation.Pad pad ->
                message.setPad(
                        Pad.newBuilder().addAllBefore(pad.before()).setElement(ByteString.copyFrom(pad.element())));
        }
        return message.build();
    }

    private Convolution convolution(Operation.Convolution convolution) {
        MemorySegment bias = MemorySegment.ofArray(new byte[Integer.BYTES * convolution.bias().length]);
        for (int o = 0; o < convolution.bias().length; o++) {
            bias.setAtIndex(INT, o, convolution.bias()[o]);
        }
        Convolution.Builder message = Convolution.newBuilder()
                .setWindow(window(convolution.shape(), convolution.padding()))
                .setWeights(data.add(convolution.weights()))
                .setBias(data.add(bias));
        switch (convolution.epilogue()) {
            case Requantization requantization -> {
                var builder = dev.octavo.runtime.format.proto.Requantization.newBuilder()
                        .setMultipliers(multipliers(requantization.multipliers()))
                        .setLow(requantization.low());
                for (int high : requantization.high()) {
                    builder.addHigh(high);
                }
                message.setRequantization(builder);
            }
            case Activation activation -> message.setActivation(activation(activation));
            case Rescaling rescaling -> {
                var builder = dev.octavo.runtime.format.proto.Rescaling.newBuilder();
                for (float scale : rescaling.scales()) {
                    builder.addScales(scale);
                }
                message.setRescaling(builder);
            }
        }
        FixedPointMultiplier residual = convolution.residual();
        if (residual != null) {
            message.setResidual(multipliers(List.of(residual)));
        }
        return message.build();
    }

    private static dev.octavo.runtime.format.proto.Activation activation(Activation activation) {
        var message = dev.octavo.runtime.format.proto.Activation.newBuilder()
                .setFunction(unary(
                        activation.function().name(),
                        activation.function().alpha(),
                        activation.function().beta()))
                .setWidth(activation.function().width())
                .setGated(activation.gated())
                .setOrigin(activation.origin())
                .setOffset(activation.offset())
                .setLow(activation.low())
                .setHigh(activation.high());
        for (float coefficient : activation.curve().coefficients()) {
            message.addCoefficients(coefficient);
        }
        for (float step : activation.steps()) {
            message.addSteps(step);
        }
        for (float scale : activation.scales()) {
            message.addScales(scale);
        }
        return message.build();
    }

    private static Unary unary(FloatUnary.Function function, float alpha, float beta) {
        return Unary.newBuilder()
                .setFunction(Enums.proto(function))
                .setAlpha(alpha)
                .setBeta(beta)
                .build();
    }

    private FloatConvolution convolution(Operation.FloatConvolution convolution) {
        MemorySegment bias = MemorySegment.ofArray(new byte[Float.BYTES * convolution.bias().length]);
        for (int o = 0; o < convolution.bias().length; o++) {
            bias.setAtIndex(FLOAT, o, convolution.bias()[o]);
        }
        return FloatConvolution.newBuilder()
                .setWindow(window(convolution.shape(), convolution.padding()))
                .setWeights(data.add(convolution.weights()))
                .setBias(data.add(bias))
                .setLow(convolution.low())
                .setHigh(convolution.high())
                .build();
    }

    private static Quantize quantize(Operation.Quantize quantize) {
        return Quantize.newBuilder()
                .setZeroPoint(quantize.zeroPoint())
                .setLow(quantize.low())
                .setHigh(quantize.high())
                .build();
    }

    private static Window window(ConvolutionShape shape, Padding padding) {
        return Window.newBuilder()
                .setKernelHeight(shape.kernelHeight())
                .setKernelWidth(shape.kernelWidth())
                .setStrideHeight(shape.strideHeight())
                .setStrideWidth(shape.strideWidth())
                .setDilationHeight(shape.dilationHeight())
                .setDilationWidth(shape.dilationWidth())
                .setGroups(shape.groups())
                .setPadTop(padding.top())
                .setPadLeft(padding.left())
                .setPadBottom(padding.bottom())
                .setPadRight(padding.right())
                .build();
    }

    private static Multipliers multipliers(List<FixedPointMultiplier> values) {
        Multipliers.Builder message = Multipliers.newBuilder();
        for (FixedPointMultiplier value : values) {
            message.addMultipliers(value.multiplier()).addShifts(value.shift());
        }
        return message.build();
    }

    private static Indices indices(List<Integer> values) {
        return Indices.newBuilder().addAllValues(values).build();
    }
}
