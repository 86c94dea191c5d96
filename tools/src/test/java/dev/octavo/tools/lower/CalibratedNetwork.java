package dev.octavo.tools.lower;

import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.ModelMetadata;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.graph.Clamp;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A random network whose batch normalizations have the statistics of its random pictures, as training would have left
 * them. Values are named by what made them.
 */
final class CalibratedNetwork {
    static final double[] MEAN = {120, 115, 100};
    static final double[] STD = {60, 58, 62};

    private static final int SIDE = 12;
    private static final int CALIBRATION_PICTURES = 8;

    private final Random random;
    private final List<byte[]> pictures = new ArrayList<>();
    private Graph graph;

    CalibratedNetwork(long seed) {
        random = new Random(seed);
        for (int i = 0; i < 2 * CALIBRATION_PICTURES; i++) {
            pictures.add(picture());
        }
        graph = Graph.create("calibrated")
                .input("picture", 1, 3, SIDE, SIDE)
                .batchable(true)
                .build();
    }

    /** Smooth noise, interleaved. */
    private byte[] picture() {
        byte[] pixels = new byte[SIDE * SIDE * 3];
        for (int c = 0; c < 3; c++) {
            double base = 60 + 120 * random.nextDouble();
            double slopeX = 8 * random.nextGaussian();
            double slopeY = 8 * random.nextGaussian();
            for (int p = 0; p < SIDE * SIDE; p++) {
                double value = base
                        + slopeX * (p % SIDE - SIDE / 2.0)
                        + slopeY * (Math.floorDiv(p, SIDE) - SIDE / 2.0)
                        + 25 * random.nextGaussian();
                pixels[p * 3 + c] = (byte) Math.clamp(Math.rint(value), 0, 255);
            }
        }
        return pixels;
    }

    /** Pictures that the statistics were not taken from, [1, H, W, 3]. */
    List<Tensor> testPictures() {
        return pictures.subList(CALIBRATION_PICTURES, pictures.size()).stream()
                .map(pixels -> Tensor.of(pixels, 1, SIDE, SIDE, 3))
                .toList();
    }

    /** The input that the float network expects, [1, 3, H, W]. */
    static Tensor normalised(Tensor picture) {
        float[] values = new float[3 * SIDE * SIDE];
        for (int c = 0; c < 3; c++) {
            for (int p = 0; p < SIDE * SIDE; p++) {
                values[c * SIDE * SIDE + p] = (float) ((picture.get(p * 3L + c) - MEAN[c]) / STD[c]);
            }
        }
        return Tensor.of(values, 1, 3, SIDE, SIDE);
    }

    /** A convolution with batch normalization: its output is {@code name}. */
    CalibratedNetwork convolution(String name, String from, int channels, int kernel, int stride, boolean depthwise) {
        int[] shape = graph.shape(from);
        int inputs = depthwise ? 1 : shape[1];
        float[] weights = new float[channels * inputs * kernel * kernel];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / (inputs * kernel * kernel)));
        }
        int pad = kernel / 2;
        Window window = new Window(
                ConvolutionShape.of(kernel, kernel).withStride(stride, stride).withGroups(depthwise ? channels : 1),
                pad,
                pad,
                pad,
                pad);
        int height = window.outputHeight(shape[2]);
        Op convolution = new Op.Convolution(
                window,
                FloatTensor.of(new int[] {channels, inputs, kernel, kernel}, weights),
                FloatTensor.zeros(channels),
                Clamp.NONE);
        String raw = name + "/convolution";
        graph = graph.edit()
                .node(new Node(raw, convolution, List.of(from), raw), 1, channels, height, height)
                .build();
        return add(name, normalization(raw, channels), List.of(raw), 1, channels, height, height);
    }

    private Op normalization(String raw, int channels) {
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        long count = 0;
        try (Model model = Model.of(FloatLowering.lower(graph.edit().output(raw).build(), metadata()));
                Session session = model.newSession()) {
            for (byte[] pixels : pictures.subList(0, CALIBRATION_PICTURES)) {
                float[] values = session.run(normalised(Tensor.of(pixels, 1, SIDE, SIDE, 3)))
                        .toFloatArray();
                int positions = values.length / channels;
                for (int i = 0; i < values.length; i++) {
                    sum[i / positions] += values[i];
                    squares[i / positions] += (double) values[i] * values[i];
                }
                count += positions;
            }
        }
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        float[] mean = new float[channels];
        float[] variance = new float[channels];
        for (int c = 0; c < channels; c++) {
            scale[c] = (float) (0.4 + random.nextDouble());
            shift[c] = (float) (0.4 * random.nextGaussian());
            mean[c] = (float) (sum[c] / count);
            variance[c] = (float) (squares[c] / count - mean[c] * mean[c]);
        }
        return new Op.BatchNormalization(
                FloatTensor.vector(scale),
                FloatTensor.vector(shift),
                FloatTensor.vector(mean),
                FloatTensor.vector(variance),
                1e-5f);
    }

    CalibratedNetwork clip(String name, String from, float low, float high) {
        return add(name, new Op.Unary(FloatUnary.Function.CLIP, low, high), List.of(from), graph.shape(from));
    }

    /** Any node whose output has the given shape. */
    CalibratedNetwork add(String name, Op op, List<String> inputs, int... shape) {
        graph = graph.edit().node(new Node(name, op, inputs, name), shape).build();
        return this;
    }

    /** A fully connected layer of a vector. */
    CalibratedNetwork linear(String name, String from, int outputs) {
        int inputs = graph.shape(from)[1];
        float[] weights = new float[outputs * inputs];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
        }
        Op op = new Op.Linear(
                FloatTensor.of(new int[] {outputs, inputs}, weights), FloatTensor.zeros(outputs), Clamp.NONE);
        return add(name, op, List.of(from), 1, outputs);
    }

    int[] shape(String value) {
        return graph.shape(value);
    }

    Graph output(String value) {
        return graph.edit().output(value).build();
    }

    static ModelMetadata metadata() {
        return new ModelMetadata(
                "calibrated", List.of(), new ModelMetadata.Preprocessing(floats(MEAN), floats(STD), 1), Map.of());
    }

    private static List<Float> floats(double[] values) {
        return Arrays.stream(values).mapToObj(v -> (float) v).toList();
    }

    /** All outputs of a float model, one array per picture. */
    static List<float[]> runFloat(Graph graph, List<Tensor> pictures) {
        return run(
                FloatLowering.lower(graph, metadata()),
                pictures.stream().map(CalibratedNetwork::normalised).toList());
    }

    static List<float[]> run(ModelDefinition definition, List<Tensor> inputs) {
        try (Model model = Model.of(definition);
                Session session = model.newSession()) {
            List<float[]> results = new ArrayList<>();
            for (Tensor input : inputs) {
                results.add(session.run(input).toFloatArray());
            }
            return results;
        }
    }

    /** 10·log10(Σ z² / Σ (z − z')²). */
    static double signalToNoise(List<float[]> expected, List<float[]> actual) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int j = 0; j < expected.get(i).length; j++) {
                double error = expected.get(i)[j] - actual.get(i)[j];
                signal += (double) expected.get(i)[j] * expected.get(i)[j];
                noise += error * error;
            }
        }
        return 10 * Math.log10(signal / noise);
    }
}
