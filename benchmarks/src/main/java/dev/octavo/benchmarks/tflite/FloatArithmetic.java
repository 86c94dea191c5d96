package dev.octavo.benchmarks.tflite;

import dev.octavo.benchmarks.tflite.FlatGraph.Activation;
import dev.octavo.benchmarks.tflite.FlatGraph.ElementKind;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** Single precision: every tensor holds floats. */
final class FloatArithmetic implements TfliteArithmetic {
    private final FlatGraph graph;
    private final ModelDefinition model;
    private final int batch;

    FloatArithmetic(FlatGraph graph, ModelDefinition model, int batch) {
        this.graph = graph;
        this.model = model;
        this.batch = batch;
    }

    @Override
    public int image(int image, int from) {
        return from;
    }

    @Override
    public int quantize(int tensor, int from) {
        throw new IllegalArgumentException(
                model.tensors().get(tensor).name() + " is quantized, which a float model has no form for");
    }

    @Override
    public int tensor(int tensor) {
        TensorDefinition definition = model.tensors().get(tensor);
        return graph.tensor("t" + tensor, ElementKind.FLOAT32, TfliteArithmetic.extents(definition, batch), null);
    }

    @Override
    public int result(OperationDefinition definition) {
        return tensor(definition.output());
    }

    @Override
    public int leave(OperationDefinition definition, int result) {
        return result;
    }

    @Override
    public int branch(int tensor) {
        return tensor(tensor);
    }

    @Override
    public int sameScale(int output, int input) {
        return tensor(output);
    }

    @Override
    public int rescale(int output, int input, int pooled) {
        return pooled;
    }

    @Override
    public Activation activation(OperationDefinition definition) {
        if (!(definition.operation() instanceof Operation.FloatConvolution c) || c.low() != 0) {
            return Activation.NONE;
        }
        return c.high() == 6 ? Activation.RELU6 : Activation.RELU;
    }

    @Override
    public Constants constants(OperationDefinition definition, int @Nullable [] map) {
        if (!(definition.operation() instanceof Operation.FloatConvolution c)) {
            throw new IllegalArgumentException(definition.name() + " is no float convolution");
        }
        int channels = c.bias().length;
        int perChannel = Math.toIntExact(c.weights().byteSize() / Float.BYTES / channels);
        boolean linear = model.tensors().get(definition.inputs().getFirst()).shape().length == 2;
        boolean depthwise = c.shape().groups() > 1;
        int[] shape = Int8Arithmetic.weightShape(c.shape(), channels, perChannel, linear);
        int[] columns = linear && map != null ? TfliteExport.columns(map) : null;
        MemorySegment from = c.weights();
        int weights = graph.constant(
                "w" + definition.output(), ElementKind.FLOAT32, shape, null, Math.toIntExact(from.byteSize()), to -> {
                    FloatBuffer floats = to.asFloatBuffer();
                    if (!depthwise && columns == null) {
                        MemorySegment.ofBuffer(to).copyFrom(from);
                        return;
                    }
                    for (int o = 0; o < channels; o++) {
                        for (int i = 0; i < perChannel; i++) {
                            long source = (long) o * perChannel + (columns == null ? i : columns[i]);
                            int target = depthwise ? i * channels + o : o * perChannel + i;
                            floats.put(target, from.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, source));
                        }
                    }
                });
        int bias = graph.constant(
                "b" + definition.output(),
                ElementKind.FLOAT32,
                new int[] {channels},
                null,
                Float.BYTES * channels,
                to -> to.asFloatBuffer().put(c.bias()));
        return new Constants(weights, bias);
    }
}
