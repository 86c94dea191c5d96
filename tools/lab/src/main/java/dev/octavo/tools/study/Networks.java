package dev.octavo.tools.study;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.quantize.PixelInput;
import dev.octavo.tools.quantizer.QuantizedGraph;
import dev.octavo.tools.simulate.FakeQuantization;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.simulate.FloatExecutor;
import dev.octavo.tools.simulate.Interposer;
import dev.octavo.tools.statistics.InputEncoding;
import dev.octavo.tools.study.ArithmeticGap.LayerGap;
import dev.octavo.tools.vision.Preprocessing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Answers of one network, in float and in all kinds of quantization, to the same pictures: one array of logits for each. */
final class Networks {
    /** So many elements of all values together are simulated at a time. */
    private static final long BATCH_ELEMENTS = 40_000_000;

    private static final int MOST_PER_BATCH = 64;

    private final Graph folded;
    private final double[] mean;
    private final double[] std;
    private final StudyPictures pictures;
    private final int batch;

    /**
     * For a network.
     *
     * @param folded the float network
     */
    Networks(Graph folded, Preprocessing preprocessing, StudyPictures pictures) {
        this.folded = folded;
        this.mean = doubles(preprocessing.mean());
        this.std = doubles(preprocessing.std());
        this.pictures = pictures;
        long elements = folded.nodes().stream()
                .mapToLong(node -> Arrays.stream(folded.shape(node.output()))
                        .asLongStream()
                        .reduce(1, Math::multiplyExact))
                .sum();
        batch = Math.clamp(BATCH_ELEMENTS / Math.max(1, elements), 1, MOST_PER_BATCH);
    }

    private static double[] doubles(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** In float. */
    float[][] reference() {
        FloatExecutor executor = FloatExecutor.of(folded);
        return simulated(
                folded,
                range -> pictures.batch(range.first(), range.count(), mean, std),
                inputs -> executor.run(inputs, Interposer.NONE));
    }

    /** In fake quantization. */
    float[][] fake(FakeQuantization network, QuantizedGraph quantized) {
        return simulated(
                network.graph(), range -> input(quantized, range), inputs -> network.run(inputs, Interposer.NONE));
    }

    private record Range(int first, int count) {}

    private float[][] simulated(
            Graph graph,
            Function<Range, FloatBatch> input,
            Function<Map<String, FloatBatch>, Map<String, FloatBatch>> run) {
        float[][] logits = new float[pictures.size()][];
        for (int first = 0; first < logits.length; first += batch) {
            int count = Math.min(batch, logits.length - first);
            Map<String, FloatBatch> inputs = new HashMap<>();
            inputs.put(graph.inputs().getFirst(), input.apply(new Range(first, count)));
            FloatBatch output =
                    Objects.requireNonNull(run.apply(inputs).get(graph.outputs().getFirst()));
            float[] ordered = output.ordered();
            int classes = ordered.length / count;
            for (int i = 0; i < count; i++) {
                logits[first + i] = Arrays.copyOfRange(ordered, i * classes, (i + 1) * classes);
            }
        }
        return logits;
    }

    /** Pictures as a quantized graph takes them. */
    private FloatBatch input(QuantizedGraph quantized, Range range) {
        if (!(quantized.input() instanceof InputEncoding.Pixels pixels)) {
            return pictures.batch(range.first(), range.count(), mean, std);
        }
        PixelInput normalisation = pixels.normalisation();
        double[] pads = new double[normalisation.channels()];
        double[] ones = new double[pads.length];
        for (int c = 0; c < pads.length; c++) {
            pads[c] = normalisation.padPixel(c);
            ones[c] = 1;
        }
        return pictures.batch(range.first(), range.count(), pads, ones);
    }

    /** In the arithmetic of the runtime. */
    float[][] integers(ModelDefinition definition) {
        float[][] logits = new float[pictures.size()][];
        try (Model model = Model.of(definition);
                Session session = model.newSession()) {
            for (int i = 0; i < logits.length; i++) {
                logits[i] = session.run(tensor(model, i)).toFloatArray();
            }
        }
        return logits;
    }

    private Tensor tensor(Model model, int index) {
        if (model.inputs().getFirst().picture()) {
            return pictures.bytes(index);
        }
        FloatBatch picture = pictures.batch(index, 1, mean, std);
        return Tensor.of(picture.ordered(), picture.shape());
    }

    /** Where the values that a model stores differ from the fake ones, on the first pictures. */
    List<LayerGap> layerGaps(QuantizedGraph quantized, ModelDefinition definition, int images) {
        FakeQuantization fake = FakeQuantization.of(quantized);
        List<OperationDefinition> stored = definition.operations().stream()
                .filter(operation -> quantized
                        .encoding(definition.tensors().get(operation.output()).name())
                        .isPresent())
                .filter(operation ->
                        definition.tensors().get(operation.output()).type() != ElementType.FLOAT32)
                .toList();
        List<GapSum> sums = stored.stream().map(operation -> new GapSum()).toList();
        ModelDefinition observed = definition.withOutputs(
                stored.stream().map(OperationDefinition::output).toList());
        try (Model model = Model.of(observed);
                Session session = model.newSession()) {
            for (int i = 0; i < Math.min(images, pictures.size()); i++) {
                Map<String, FloatBatch> values = new HashMap<>();
                Map<String, FloatBatch> inputs = new HashMap<>();
                inputs.put(fake.graph().inputs().getFirst(), input(quantized, new Range(i, 1)));
                fake.run(inputs, new Interposer() {
                    @Override
                    public void value(String name, FloatBatch batch) {
                        values.put(name, batch);
                    }
                });
                List<Tensor> results = session.run(List.of(tensor(model, i)));
                for (int t = 0; t < results.size(); t++) {
                    TensorDefinition tensor =
                            definition.tensors().get(stored.get(t).output());
                    sums.get(t)
                            .add(
                                    Objects.requireNonNull(values.get(tensor.name()))
                                            .ordered(),
                                    results.get(t).toFloatArray(),
                                    tensor.scale());
                }
            }
        }
        List<LayerGap> gaps = new ArrayList<>();
        for (int t = 0; t < stored.size(); t++) {
            gaps.add(sums.get(t).gap(stored.get(t).name()));
        }
        return gaps;
    }

    private static final class GapSum {
        private double signal;
        private double noise;
        private long differing;
        private long elements;

        void add(float[] fake, float[] codes, float scale) {
            for (int i = 0; i < fake.length; i++) {
                double code = Math.rint(fake[i] / scale);
                double difference = codes[i] - code;
                signal += code * code;
                noise += difference * difference;
                differing += difference == 0 ? 0 : 1;
            }
            elements += fake.length;
        }

        LayerGap gap(String layer) {
            return new LayerGap(
                    layer,
                    noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise),
                    (double) differing / elements);
        }
    }
}
