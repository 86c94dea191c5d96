package dev.octavo.benchmarks.models;

import dev.octavo.tools.onnx.proto.ModelProto;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The networks that are measured, with 1000 classes. */
public enum Architecture {
    /** ResNet-18. */
    RESNET_18,
    /** ResNet-50, version 1.5. */
    RESNET_50,
    /** VGG-16, configuration D. */
    VGG_16,
    /** MobileNetV1, width 1. */
    MOBILENET_V1,
    /** MobileNetV2, width 1. */
    MOBILENET_V2,
    /** SqueezeNet 1.1. */
    SQUEEZENET_1_1,
    /** DenseNet-121. */
    DENSENET_121,
    /** EfficientNet-Lite0. */
    EFFICIENTNET_LITE0,
    /** A few layers at 32×32: no published network, but one that shows within seconds whether everything works. */
    TINY;

    /** Classes that every network tells apart. */
    public static final int CLASSES = 1000;

    /** The published networks, all at 224×224. */
    public static List<Architecture> published() {
        return Arrays.stream(values()).filter(a -> a != TINY).toList();
    }

    /**
     * The networks of some ids, each once and in the order here; the published ones for none.
     *
     * @throws IllegalArgumentException if there is no network of an id
     */
    public static List<Architecture> chosen(List<String> ids) {
        return ids.isEmpty()
                ? published()
                : ids.stream().map(Architecture::of).distinct().sorted().toList();
    }

    /**
     * The network of an id.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Architecture of(String id) {
        return Arrays.stream(values())
                .filter(a -> a.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no network " + id + "; there are "
                        + Arrays.stream(values()).map(Architecture::id).collect(Collectors.joining(", "))));
    }

    Network network() {
        return switch (this) {
            case RESNET_18 -> ResidualNetworks.resNet18();
            case RESNET_50 -> ResidualNetworks.resNet50();
            case VGG_16 -> PlainNetworks.vgg16();
            case MOBILENET_V1 -> MobileNetworks.mobileNetV1();
            case MOBILENET_V2 -> MobileNetworks.mobileNetV2();
            case SQUEEZENET_1_1 -> PlainNetworks.squeezeNet();
            case DENSENET_121 -> PlainNetworks.denseNet121();
            case EFFICIENTNET_LITE0 -> MobileNetworks.efficientNetLite0();
            case TINY -> ResidualNetworks.tiny();
        };
    }

    /** The name of the network, which is also that of its file without the suffix. */
    public String id() {
        return network().name();
    }

    /** Rows and columns of an image. */
    public int size() {
        return network().input().height();
    }

    /** Learned parameters: weights, biases, and γ and β of batch normalizations. */
    public long parameters() {
        return network().parameters();
    }

    /** Multiply-accumulates of convolutions and fully connected layers for one image, padding included. */
    public long multiplyAccumulates() {
        return network().multiplyAccumulates();
    }

    /**
     * The network as an ONNX model (opset 17) with a float input [N, 3, size, size] and logits [N, 1000].
     *
     * <p>Weights are normal with variance 2 / fan-in (He et al. 2015). Batch normalization is not folded: γ and β are drawn,
     * and the running statistics are those of the activations of a few synthetic images, so that every normalized value has
     * the mean β and the deviation γ that data-free quantization reads from it.
     *
     * @param seed the same seed gives the same bytes
     */
    public ModelProto onnx(long seed) {
        return new NetworkWriter(network(), seed).write();
    }
}
