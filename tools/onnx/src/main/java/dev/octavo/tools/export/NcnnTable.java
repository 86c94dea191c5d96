package dev.octavo.tools.export;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.ModelMetadata.Preprocessing;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The calibration table that ncnn's {@code ncnn2int8} reads: for each layer with weights one line {@code NAME_param_0} with the
 * steps per unit of each output channel's weights, then for each such layer one line with those of its input.
 *
 * <p>ncnn stores activations signed in [−127, 127], so that an input which is unsigned here keeps its range there, at half the
 * resolution. A picture's normalisation, which here is part of the first layer's weights, is taken out of them again.
 */
public final class NcnnTable {
    private static final int MOST = 127;

    private NcnnTable() {}

    /** The table of a model, whose layers have the names that they had in the ONNX file. */
    public static String of(ModelDefinition model) {
        StringBuilder weights = new StringBuilder();
        StringBuilder inputs = new StringBuilder();
        for (OperationDefinition definition : model.operations()) {
            if (definition.operation() instanceof Operation.Convolution convolution) {
                TensorDefinition input = model.tensors().get(definition.inputs().getFirst());
                Preprocessing preprocessing = model.metadata().preprocessing();
                boolean picture = input.picture()
                        && model.inputs().contains(definition.inputs().getFirst());
                weights.append(definition.name()).append("_param_0");
                for (int o = 0; o < convolution.bias().length; o++) {
                    double largest = largest(
                            convolution,
                            o,
                            weightScale(model, definition, convolution, o),
                            picture ? preprocessing : null);
                    weights.append(' ').append(number(largest == 0 ? 0 : MOST / largest));
                }
                weights.append('\n');
                inputs.append(definition.name())
                        .append(' ')
                        .append(number(
                                MOST / (picture ? largestPixel(preprocessing, input.shape()[1]) : largest(input))))
                        .append('\n');
            }
        }
        return weights.append(inputs).toString();
    }

    private static double weightScale(
            ModelDefinition model, OperationDefinition definition, Operation.Convolution convolution, int channel) {
        double input = model.tensors().get(definition.inputs().getFirst()).scale();
        return switch (convolution.epilogue()) {
            case Requantization r ->
                r.multiplier(channel).value()
                        * (double) model.tensors().get(definition.output()).scale()
                        / input;
            case Activation a -> a.accumulatorScale(channel) / input;
            case Rescaling r -> r.scale(channel) / input;
        };
    }

    /** The largest real weight of an output channel. */
    private static double largest(
            Operation.Convolution convolution, int channel, double scale, @Nullable Preprocessing picture) {
        long perChannel = convolution.weights().byteSize() / convolution.bias().length;
        int inputs = (int) (perChannel / convolution.shape().taps());
        double largest = 0;
        for (int i = 0; i < perChannel; i++) {
            int code = convolution.weights().get(ValueLayout.JAVA_BYTE, channel * perChannel + i);
            double std = picture == null || picture.std().isEmpty()
                    ? 1
                    : picture.std().get(picture.std().size() == 1 ? 0 : i % inputs);
            largest = Math.max(largest, Math.abs(code) * scale * std);
        }
        return largest;
    }

    private static double largest(TensorDefinition tensor) {
        return tensor.scale() * (tensor.type() == ElementType.UINT8 ? 255.0 : 127.0);
    }

    private static double largestPixel(Preprocessing preprocessing, int channels) {
        double largest = 0;
        for (int c = 0; c < channels; c++) {
            double mean = preprocessing.mean().isEmpty()
                    ? 0
                    : preprocessing.mean().get(preprocessing.mean().size() == 1 ? 0 : c);
            double std = preprocessing.std().isEmpty()
                    ? 1
                    : preprocessing.std().get(preprocessing.std().size() == 1 ? 0 : c);
            largest = Math.max(largest, Math.max(mean, 255 - mean) / std);
        }
        return largest;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%f", value);
    }
}
