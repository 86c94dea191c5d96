package dev.octavo.tools.demo.training;

import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.TensorProto;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the weights of a model written by {@link OnnxExport} back into a network of the same structure. */
final class OnnxWeights {
    static final String WEIGHT = ".weight";
    static final String BIAS = ".bias";
    /** In the order of the inputs of BatchNormalization. */
    static final List<String> NORM_ROLES = List.of(".scale", ".shift", ".mean", ".variance");

    private final Map<String, TensorProto> tensors;

    private OnnxWeights(ModelProto model) {
        tensors = model.getGraph().getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, Function.identity()));
    }

    /** Replaces all weights and running statistics of {@code layers}. */
    static void restore(ModelProto model, Layers layers) {
        new OnnxWeights(model).restore("", layers);
    }

    private void restore(String prefix, Layers layers) {
        layers.byName().forEach((name, layer) -> restore(prefix + name, layer));
    }

    private void restore(String name, Layer layer) {
        switch (layer) {
            case Convolution convolution -> convolution.setOihw(tensor(name + WEIGHT));
            case BatchNorm norm -> {
                List<float[]> targets =
                        List.of(norm.scale.value, norm.shift.value, norm.runningMean, norm.runningVariance);
                for (int i = 0; i < targets.size(); i++) {
                    copy(tensor(name + NORM_ROLES.get(i)), targets.get(i));
                }
            }
            case ResidualBlock block -> {
                restore(name + ".", block.main);
                restore(name + ".shortcut.", block.shortcut);
            }
            case Dense dense -> {
                copy(tensor(name + WEIGHT), dense.weights.value);
                copy(tensor(name + BIAS), dense.bias.value);
            }
            case Relu ignored -> {}
            case GlobalAveragePool ignored -> {}
        }
    }

    private float[] tensor(String name) {
        TensorProto tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the model has no initializer " + name);
        }
        float[] values = new float[tensor.getRawData().size() / Float.BYTES];
        tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private static void copy(float[] source, float[] target) {
        if (source.length != target.length) {
            throw new IllegalArgumentException(source.length + " values for " + target.length);
        }
        System.arraycopy(source, 0, target, 0, source.length);
    }
}
