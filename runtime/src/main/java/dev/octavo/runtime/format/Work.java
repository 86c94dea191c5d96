package dev.octavo.runtime.format;

import dev.octavo.kernels.ConvolutionShape;
import java.util.List;

/** What a run of a model takes, from the shapes alone. */
final class Work {
    private Work() {}

    /** Returns the elements that an operation reads, each as often as it is read; as a real number, which cannot overflow. */
    static double multiplications(ModelDefinition definition, OperationDefinition operation) {
        List<TensorDefinition> tensors = definition.tensors();
        int[] from = tensors.get(operation.inputs().getFirst()).shape();
        int[] to = tensors.get(operation.output()).shape();
        return switch (operation.operation()) {
            case Operation.Convolution convolution -> convolution(convolution.shape(), from, to);
            case Operation.FloatConvolution convolution -> convolution(convolution.shape(), from, to);
            case Operation.Pool pool -> product(to) * taps(pool.window());
            case Operation.MatMul _ -> product(to) * (from.length == 0 ? 1 : from[from.length - 1]);
            case Operation.TopK topK -> product(from) * to[topK.axis()];
            case Operation.Softmax _, Operation.Reduction _, Operation.ArgExtreme _ -> product(from);
            case Operation.Add _,
                    Operation.Multiply _,
                    Operation.LookUp _,
                    Operation.Quantize _,
                    Operation.Dequantize _,
                    Operation.Unary _,
                    Operation.Binary _,
                    Operation.Select _,
                    Operation.Gather _,
                    Operation.Scatter _,
                    Operation.Reshape _,
                    Operation.Transpose _,
                    Operation.Slice _,
                    Operation.Concat _,
                    Operation.Pad _ -> product(to);
        };
    }

    private static double convolution(ConvolutionShape shape, int[] from, int[] to) {
        return product(to) * taps(shape) * from[1] / shape.groups();
    }

    private static double taps(ConvolutionShape shape) {
        return (double) shape.kernelHeight() * shape.kernelWidth();
    }

    private static double product(int[] shape) {
        double product = 1;
        for (int size : shape) {
            product *= size;
        }
        return product;
    }
}
