package dev.octavo.benchmarks.models;

import java.util.ArrayList;
import java.util.List;

/** Collects layers and infers their shapes. Every method takes and returns numbers of values. */
final class NetworkBuilder {
    private final String name;
    private final Shape image;
    private final List<Layer> layers = new ArrayList<>();

    /** A network of RGB images of 224×224. */
    NetworkBuilder(String name) {
        this(name, 224);
    }

    NetworkBuilder(String name, int size) {
        this.name = name;
        this.image = new Shape(3, size, size);
    }

    Network build() {
        return new Network(name, image, layers);
    }

    /** The network's input. */
    int image() {
        return 0;
    }

    Shape shape(int value) {
        return value == 0 ? image : layers.get(value - 1).output();
    }

    private int append(Layer layer) {
        layers.add(layer);
        return layers.size();
    }

    /** A convolution with the same padding on all sides. */
    int convolution(int x, int channels, int kernel, int stride, int padding, int groups, boolean biased) {
        return convolution(x, channels, kernel, stride, padding, padding, groups, biased);
    }

    private int convolution(
            int x, int channels, int kernel, int stride, int before, int after, int groups, boolean biased) {
        Shape from = shape(x);
        int height = (from.height() + before + after - kernel) / stride + 1;
        int width = (from.width() + before + after - kernel) / stride + 1;
        Shape to = new Shape(channels, height, width);
        return append(new Layer.Convolution(x, from, to, kernel, stride, before, after, groups, biased));
    }

    /** A convolution without bias, and batch normalization. */
    int normalized(int x, int channels, int kernel, int stride, int groups) {
        return batchNormalization(convolution(x, channels, kernel, stride, kernel / 2, groups, false));
    }

    /** As {@link #normalized}, padded as TensorFlow's SAME does: where the total is odd, the spare pixel comes last. */
    int normalizedSame(int x, int channels, int kernel, int stride, int groups) {
        Shape from = shape(x);
        int size = (from.height() + stride - 1) / stride;
        int total = Math.max(0, (size - 1) * stride + kernel - from.height());
        int before = total / 2;
        return batchNormalization(convolution(x, channels, kernel, stride, before, total - before, groups, false));
    }

    int batchNormalization(int x) {
        return append(new Layer.BatchNormalization(x, shape(x)));
    }

    int relu(int x) {
        return append(new Layer.Rectifier(x, shape(x), Float.POSITIVE_INFINITY));
    }

    int relu6(int x) {
        return append(new Layer.Rectifier(x, shape(x), 6));
    }

    int maxPool(int x, int kernel, int stride, int padding) {
        return pool(x, true, kernel, stride, padding);
    }

    int averagePool(int x, int kernel, int stride) {
        return pool(x, false, kernel, stride, 0);
    }

    private int pool(int x, boolean maximum, int kernel, int stride, int padding) {
        Shape from = shape(x);
        int height = (from.height() + 2 * padding - kernel) / stride + 1;
        int width = (from.width() + 2 * padding - kernel) / stride + 1;
        Shape to = new Shape(from.channels(), height, width);
        return append(new Layer.Pool(x, from, to, maximum, kernel, stride, padding));
    }

    int globalAverage(int x) {
        return append(new Layer.GlobalAverage(x, shape(x), new Shape(shape(x).channels(), 1, 1)));
    }

    int add(int left, int right) {
        return append(new Layer.Add(left, right, shape(left)));
    }

    int concat(List<Integer> values) {
        int channels = values.stream().mapToInt(v -> shape(v).channels()).sum();
        Shape first = shape(values.getFirst());
        return append(new Layer.Concat(values, new Shape(channels, first.height(), first.width())));
    }

    int flatten(int x) {
        return append(new Layer.Flatten(x, new Shape(shape(x).elements(), 1, 1)));
    }

    int linear(int x, int features) {
        return append(new Layer.Linear(x, shape(x).channels(), new Shape(features, 1, 1)));
    }
}
