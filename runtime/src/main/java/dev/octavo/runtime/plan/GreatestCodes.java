package dev.octavo.runtime.plan;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Epilogue;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import java.util.Arrays;

/**
 * The greatest code that each quantized tensor can hold, as its producer bounds it: kernels without a dot product of bytes add more
 * products at a time where inputs are small. Callers may put any code into an input, so nothing bounds those.
 */
final class GreatestCodes {
    private final BatchedModel model;
    private final int[] greatest;

    private GreatestCodes(BatchedModel model) {
        this.model = model;
        this.greatest = new int[model.definition().tensors().size()];
    }

    /** Returns the greatest code by tensor; meaningless for tensors of floats. */
    static int[] of(BatchedModel model) {
        GreatestCodes codes = new GreatestCodes(model);
        for (int tensor = 0; tensor < codes.greatest.length; tensor++) {
            codes.greatest[tensor] = codes.ofType(tensor);
        }
        for (int position = 0; position < model.end(); position++) {
            OperationDefinition operation = model.operation(position);
            int output = operation.output();
            // Zero codes are what padding holds.
            int bound = Math.max(
                    codes.written(operation),
                    most(codes.type(output), model.tensor(output).zeroCodes()));
            codes.greatest[output] = Math.min(codes.greatest[output], bound);
        }
        return codes.greatest;
    }

    private ElementType type(int tensor) {
        return model.tensor(tensor).type();
    }

    private int ofType(int tensor) {
        return type(tensor) == ElementType.INT8 ? Byte.MAX_VALUE : 255;
    }

    private int written(OperationDefinition definition) {
        return switch (definition.operation()) {
            case Operation.Convolution convolution -> written(convolution.epilogue());
            case Operation.Add add -> add.high();
            case Operation.Multiply multiply -> multiply.high();
            case Operation.Quantize quantize -> quantize.high();
            case Operation.LookUp lookUp -> most(type(definition.output()), lookUp.table());
            case Operation.Pool pool -> pool.kind() == Pooling.Kind.MAX ? read(definition) : 255;
            case Operation.Reshape _, Operation.Transpose _, Operation.Slice _, Operation.Concat _ -> read(definition);
            case Operation.Pad pad -> Math.max(read(definition), most(type(definition.output()), pad.element()));
            default -> 255;
        };
    }

    private static int written(Epilogue epilogue) {
        return switch (epilogue) {
            case Requantization requantization ->
                Arrays.stream(requantization.high()).max().orElseThrow();
            case Activation activation -> activation.high();
            case Rescaling _ -> 255;
        };
    }

    /** The greatest code of all inputs. */
    private int read(OperationDefinition definition) {
        return definition.inputs().stream()
                .mapToInt(input -> greatest[input])
                .max()
                .orElseThrow();
    }

    private static int most(ElementType type, byte[] codes) {
        int most = Byte.MIN_VALUE;
        for (byte code : codes) {
            most = Math.max(most, type == ElementType.UINT8 ? code & 0xFF : code);
        }
        return most;
    }
}
