package dev.octavo.tools.convert;

import dev.octavo.tools.TestData;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.onnx.OnnxReader;
import dev.octavo.tools.options.FidelityOptions;
import dev.octavo.tools.vision.Preprocessing;
import java.util.Collections;
import java.util.List;

/** Trained networks of the test data, with pictures to run them on. */
record RealNetwork(String model, String data, Preprocessing preprocessing) {
    private static final Preprocessing CIFAR =
            preprocessing(List.of(123.675, 116.28, 103.53), List.of(58.395, 57.12, 57.375), 1);
    private static final String CIFAR_PICTURES = "images/cifar10/test_0000-0499.bin";

    /** The network of a name that a test writes down. */
    static RealNetwork of(String name) {
        return switch (name) {
            case "resnet20" -> new RealNetwork("models/cifar10_resnet20.onnx", CIFAR_PICTURES, CIFAR);
            case "resnet56" -> new RealNetwork("models/cifar10_resnet56.onnx", CIFAR_PICTURES, CIFAR);
            case "mobilenet_v1" ->
                new RealNetwork(
                        "models/mobilenet_v1_0.75_224.onnx",
                        "images/imagenet",
                        preprocessing(Collections.nCopies(3, 127.5), Collections.nCopies(3, 127.5), 0.875));
            case "mnist" ->
                new RealNetwork(
                        "models/mnist_8.onnx", "mnist/t10k_0000-4999-images-idx3-ubyte.gz", Preprocessing.none(1));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Preprocessing preprocessing(List<Double> mean, List<Double> std, double crop) {
        return new Preprocessing(mean, std, crop);
    }

    Graph graph() {
        return OnnxReader.read(TestData.require(model));
    }

    LabelledData pictures() {
        return LabelledData.open(TestData.require(data));
    }

    ConversionOptions options(int bits) {
        return ConversionOptions.forBits(bits)
                .withFidelity(FidelityOptions.none())
                .withNormalisation(
                        preprocessing.mean().stream().map(Double::floatValue).toList(),
                        preprocessing.std().stream().map(Double::floatValue).toList())
                .withCrop((float) preprocessing.crop());
    }
}
