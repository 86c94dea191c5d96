package dev.octavo.tools.cli;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;

/**
 * What a model consists of, for batch 1.
 *
 * @param layers in the order in which they run
 * @param weightBytes of all layers and of the constants that they share
 */
record ModelSummary(List<Layer> layers, long macs, long weightBytes) {
    /**
     * One operation.
     *
     * @param kind the name of its {@link Operation}
     * @param detail of its window, such as {@code 3×3 /2}; may be empty
     * @param macs multiplications with accumulation
     * @param weightBytes of its weights and biases
     */
    record Layer(String name, String kind, String detail, TensorDefinition output, long macs, long weightBytes) {}

    static ModelSummary of(Model model) {
        ModelDefinition definition = model.definition();
        List<Layer> layers = definition.operations().stream()
                .map(operation -> layer(definition, operation))
                .toList();
        long constants = 0;
        for (TensorDefinition tensor : definition.tensors()) {
            MemorySegment constant = tensor.constant();
            constants += constant == null ? 0 : constant.byteSize();
        }
        return new ModelSummary(
                layers,
                layers.stream().mapToLong(Layer::macs).sum(),
                constants + layers.stream().mapToLong(Layer::weightBytes).sum());
    }

    private static Layer layer(ModelDefinition definition, OperationDefinition defined) {
        Operation operation = defined.operation();
        TensorDefinition input = definition.tensors().get(defined.inputs().getFirst());
        TensorDefinition output = definition.tensors().get(defined.output());
        long elements = elements(output);
        long macs = switch (operation) {
            // Every output element takes the weights of one filter.
            case Operation.Convolution c -> elements * (c.weights().byteSize() / c.bias().length);
            case Operation.FloatConvolution c -> elements * (c.weights().byteSize() / Float.BYTES / c.bias().length);
            case Operation.MatMul m -> elements * input.shape()[input.shape().length - 1];
            default -> 0;
        };
        long weightBytes = switch (operation) {
            case Operation.Convolution c -> c.weights().byteSize() + (long) c.bias().length * Integer.BYTES;
            case Operation.FloatConvolution c -> c.weights().byteSize() + (long) c.bias().length * Float.BYTES;
            case Operation.LookUp table -> table.table().length;
            default -> 0;
        };
        return new Layer(
                defined.name(), operation.getClass().getSimpleName(), detail(operation), output, macs, weightBytes);
    }

    private static String detail(Operation operation) {
        return switch (operation) {
            case Operation.Convolution c -> window(c.shape()) + (c.residual() == null ? "" : " + residual");
            case Operation.FloatConvolution c -> window(c.shape());
            case Operation.Pool pool -> pool.kind().name().toLowerCase(Locale.ROOT) + " " + window(pool.window());
            case Operation.Unary unary -> unary.function().name().toLowerCase(Locale.ROOT);
            case Operation.Binary binary -> binary.function().name().toLowerCase(Locale.ROOT);
            default -> "";
        };
    }

    private static String window(ConvolutionShape shape) {
        StringBuilder text = new StringBuilder(shape.kernelHeight() + "×" + shape.kernelWidth());
        if (shape.strideHeight() > 1 || shape.strideWidth() > 1) {
            text.append(" /").append(shape.strideHeight());
            text.append(shape.strideWidth() == shape.strideHeight() ? "" : "," + shape.strideWidth());
        }
        if (shape.dilationHeight() > 1 || shape.dilationWidth() > 1) {
            text.append(" dilated ").append(shape.dilationHeight()).append(',').append(shape.dilationWidth());
        }
        if (shape.groups() > 1) {
            text.append(" in ").append(shape.groups()).append(" groups");
        }
        return text.toString();
    }

    private static long elements(TensorDefinition tensor) {
        long elements = 1;
        for (int extent : tensor.shape()) {
            elements *= extent;
        }
        return elements;
    }
}
