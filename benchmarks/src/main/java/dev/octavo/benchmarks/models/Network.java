package dev.octavo.benchmarks.models;

import java.util.List;

/**
 * The topology of a network whose input is an RGB image. The last layer gives the logits.
 *
 * @param input shape of the image
 * @param layers in an order in which they can run
 */
record Network(String name, Shape input, List<Layer> layers) {
    /** Copies the list. */
    Network {
        layers = List.copyOf(layers);
    }

    /** Learned parameters, counted as {@link Layer#parameters} says. */
    long parameters() {
        return layers.stream().mapToLong(Layer::parameters).sum();
    }

    /** Multiply-accumulates of one image, counted as {@link Layer#multiplyAccumulates} says. */
    long multiplyAccumulates() {
        return layers.stream().mapToLong(Layer::multiplyAccumulates).sum();
    }

    /** The shape of a value. */
    Shape shape(int value) {
        return value == 0 ? input : layers.get(value - 1).output();
    }
}
