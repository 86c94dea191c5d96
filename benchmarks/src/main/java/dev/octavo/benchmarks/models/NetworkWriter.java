package dev.octavo.benchmarks.models;

import static dev.octavo.tools.export.GraphWriter.attribute;
import static dev.octavo.tools.export.GraphWriter.attributes;

import dev.octavo.tools.export.GraphWriter;
import dev.octavo.tools.onnx.proto.AttributeProto;
import dev.octavo.tools.onnx.proto.ModelProto;
import dev.octavo.tools.onnx.proto.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws the weights of a network and writes it as an ONNX model; batch statistics come from {@link Propagation}. */
final class NetworkWriter {
    private static final float EPSILON = 1e-5f;

    private final Network network;
    private final SplittableRandom random;
    private final GraphWriter graph;
    private final @Nullable Propagation propagation;

    NetworkWriter(Network network, long seed) {
        this.network = network;
        this.random = new SplittableRandom(seed);
        this.graph = new GraphWriter(network.name());
        boolean normalized = network.layers().stream().anyMatch(l -> l instanceof Layer.BatchNormalization);
        this.propagation = normalized ? new Propagation(network, random.split()) : null;
    }

    ModelProto write() {
        Shape image = network.input();
        graph.input("input", DataType.FLOAT, image.channels(), image.height(), image.width());
        for (int i = 0; i < network.layers().size(); i++) {
            write(i, network.layers().get(i));
        }
        graph.output(
                name(network.layers().size()),
                DataType.FLOAT,
                network.layers().getLast().output().channels());
        return graph.model();
    }

    private String name(int value) {
        if (value == 0) {
            return "input";
        }
        return value == network.layers().size() ? "logits" : "x" + value;
    }

    private void write(int index, Layer layer) {
        switch (layer) {
            case Layer.Convolution c -> convolution(index, c);
            case Layer.Linear l -> linear(index, l);
            case Layer.BatchNormalization b -> batchNormalization(index, b);
            case Layer.Rectifier r -> rectifier(index, r);
            case Layer.Pool p ->
                structural(
                        index,
                        p.maximum() ? "MaxPool" : "AveragePool",
                        attributes("kernel_shape", p.kernel(), p.kernel()),
                        attributes("strides", p.stride(), p.stride()),
                        attributes("pads", p.padding(), p.padding(), p.padding(), p.padding()));
            case Layer.GlobalAverage g -> structural(index, "GlobalAveragePool");
            case Layer.Add a -> structural(index, "Add");
            case Layer.Concat c -> structural(index, "Concat", attribute("axis", 1));
            case Layer.Flatten f -> structural(index, "Flatten", attribute("axis", 1));
        }
    }

    private void node(int index, String type, List<String> constants, AttributeProto... attributes) {
        List<String> inputs = new ArrayList<>();
        network.layers().get(index).inputs().forEach(input -> inputs.add(name(input)));
        inputs.addAll(constants);
        graph.node(type, name(index + 1), inputs, attributes);
    }

    private void structural(int index, String type, AttributeProto... attributes) {
        node(index, type, List.of(), attributes);
        if (propagation != null) {
            propagation.structural(index, network.layers().get(index));
        }
    }

    private void rectifier(int index, Layer.Rectifier r) {
        List<String> bounds = Float.isFinite(r.limit())
                ? List.of(
                        graph.floats("layer" + index + ".low", new float[] {0}),
                        graph.floats("layer" + index + ".high", new float[] {r.limit()}))
                : List.of();
        node(index, bounds.isEmpty() ? "Relu" : "Clip", bounds);
        if (propagation != null) {
            propagation.structural(index, r);
        }
    }

    private void convolution(int index, Layer.Convolution c) {
        float[] weights = normals(c.weights(), Math.sqrt(2.0 / c.fanIn()));
        int out = c.output().channels();
        List<String> constants = new ArrayList<>();
        constants.add(graph.floats(
                "layer" + index + ".weight", weights, out, c.from().channels() / c.groups(), c.kernel(), c.kernel()));
        if (c.biased()) {
            constants.add(graph.floats("layer" + index + ".bias", normals(out, 0.05), out));
        }
        node(
                index,
                "Conv",
                constants,
                attributes("kernel_shape", c.kernel(), c.kernel()),
                attributes("strides", c.stride(), c.stride()),
                attributes("pads", c.before(), c.before(), c.after(), c.after()),
                attribute("group", c.groups()));
        if (propagation != null) {
            propagation.convolution(index, c, weights);
        }
    }

    private void linear(int index, Layer.Linear l) {
        int features = l.output().channels();
        float[] weights = normals(features * l.features(), Math.sqrt(2.0 / l.features()));
        String weight = graph.floats("layer" + index + ".weight", weights, features, l.features());
        String bias = graph.floats("layer" + index + ".bias", normals(features, 0.05), features);
        node(index, "Gemm", List.of(weight, bias), attribute("transB", 1));
    }

    private void batchNormalization(int index, Layer.BatchNormalization b) {
        int channels = b.output().channels();
        float[] gamma = new float[channels];
        for (int c = 0; c < channels; c++) {
            gamma[c] = random.nextFloat(0.6f, 1.4f);
        }
        float[] beta = normals(channels, 0.25);
        if (propagation == null) {
            throw new IllegalStateException("statistics need a propagation");
        }
        Propagation.Statistics statistics = propagation.batchNormalization(index, b, gamma, beta, EPSILON);
        String name = "layer" + index;
        List<String> constants = List.of(
                graph.floats(name + ".gamma", gamma, channels),
                graph.floats(name + ".beta", beta, channels),
                graph.floats(name + ".mean", statistics.mean(), channels),
                graph.floats(name + ".variance", statistics.variance(), channels));
        node(index, "BatchNormalization", constants, attribute("epsilon", EPSILON));
    }

    private float[] normals(int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }
}
