package dev.octavo.tools.compare;

import dev.octavo.kernels.ElementType;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.runtime.format.Operation;
import dev.octavo.runtime.format.OperationDefinition;
import dev.octavo.runtime.format.TensorDefinition;
import dev.octavo.tools.data.DataException;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.evaluate.EvaluationCounter;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.simulate.FloatBatch;
import dev.octavo.tools.simulate.FloatExecutor;
import dev.octavo.tools.simulate.Interposer;
import dev.octavo.tools.vision.Picture;
import dev.octavo.tools.vision.Preprocessing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares every value that a model computes with the float network's.
 *
 * <p>The float network runs twice: by itself, and with each of its values replaced by the model's, so that what a node makes
 * of the model's own inputs shows the error which that node adds. What such an error costs is measured by adding it, alone,
 * to the values of the undisturbed network.
 */
public final class ModelComparison {
    /** So many elements of all values together are held at a time. */
    private static final long BATCH_ELEMENTS = 40_000_000;

    private static final int MOST_PER_BATCH = 32;

    private final Graph graph;
    private final ModelDefinition model;
    private final Preprocessing preprocessing;
    private final SequencedMap<String, Part> parts = new LinkedHashMap<>();
    private final List<String> unmatched = new ArrayList<>();

    /** A value that both sides have. */
    private static final class Part {
        private final Node node;
        private final int tensor;
        private final StoredRange range;
        private @Nullable ErrorStatistics statistics;
        private double ownNoise;
        private double costNoise;

        Part(Node node, int tensor, StoredRange range) {
            this.node = node;
            this.tensor = tensor;
            this.range = range;
        }
    }

    private ModelComparison(Graph graph, ModelDefinition model, Preprocessing preprocessing) {
        this.graph = graph;
        this.model = model;
        this.preprocessing = preprocessing;
        for (OperationDefinition operation : model.operations()) {
            TensorDefinition tensor = model.tensors().get(operation.output());
            Node node = graph.producer(tensor.name()).orElse(null);
            if (node != null && Arrays.equals(graph.shape(tensor.name()), tensor.shape())) {
                parts.put(
                        tensor.name(),
                        new Part(node, operation.output(), StoredRange.of(tensor, operation.operation())));
            } else if (tensor.type() != ElementType.FLOAT32 && !leavesAsReal(operation.output())) {
                unmatched.add(tensor.name());
            }
        }
        graph.outputs().forEach(output -> {
            if (!parts.containsKey(output)) {
                throw new GraphException(model.metadata().name() + " does not compute '" + output + "', an output of "
                        + graph.name() + ": was it made from another network?");
            }
        });
    }

    /** Whether a tensor holds the integers of a value that is compared in float. */
    private boolean leavesAsReal(int integers) {
        return model.operations().stream()
                .filter(reader -> reader.operation() instanceof Operation.Dequantize
                        && reader.inputs().contains(integers))
                .anyMatch(reader -> graph.producer(
                                model.tensors().get(reader.output()).name())
                        .isPresent());
    }

    /**
     * Compares.
     *
     * @param graph the float network, folded, with one input that takes pictures
     * @param model made from it; its weights must stay readable
     * @param costImages the first so many pictures tell the costs
     * @param progress hears of finished pictures
     * @throws GraphException if the model does not belong to the network
     */
    public static Comparison compare(
            Graph graph,
            ModelDefinition model,
            Preprocessing preprocessing,
            LabelledData data,
            int costImages,
            IntConsumer progress) {
        return new ModelComparison(graph, model, preprocessing).compare(data, costImages, progress);
    }

    private Comparison compare(LabelledData data, int costImages, IntConsumer progress) {
        EvaluationCounter counter = new EvaluationCounter();
        double outputSignal = 0;
        int size = batchSize();
        List<Integer> tensors = parts.values().stream().map(part -> part.tensor).toList();
        try (ObservedModel observed = ObservedModel.of(model, tensors, preprocessing)) {
            for (int first = 0; first < data.size(); ) {
                boolean costs = first < costImages;
                int count = Math.min(size, (costs ? Math.min(costImages, data.size()) : data.size()) - first);
                List<Picture> pictures = IntStream.range(first, first + count)
                        .mapToObj(data::picture)
                        .toList();
                Map<String, FloatBatch> integers = observed.run(pictures);
                Map<String, FloatBatch> reference =
                        reference(pictures, integers.keySet().size());
                parts.forEach((value, part) -> {
                    ErrorStatistics statistics = part.statistics;
                    if (statistics == null) {
                        statistics = statistics(observed, part, known(reference, value));
                        part.statistics = statistics;
                    }
                    statistics.add(known(reference, value), known(integers, value));
                });
                count(counter, data, first, reference, integers);
                Map<String, float[]> own = ownErrors(pictures, integers);
                if (costs) {
                    for (String output : graph.outputs()) {
                        outputSignal += power(known(reference, output).values());
                    }
                    own.forEach((value, errors) -> addCost(value, errors, reference));
                }
                first += count;
                progress.accept(first);
            }
        }
        return comparison(counter, Math.min(costImages, data.size()), outputSignal);
    }

    private int batchSize() {
        long elements = 0;
        for (Node node : graph.nodes()) {
            elements += Arrays.stream(graph.shape(node.output())).asLongStream().reduce(1, Math::multiplyExact);
        }
        return Math.clamp(BATCH_ELEMENTS / Math.max(1, elements), 1, MOST_PER_BATCH);
    }

    private Map<String, FloatBatch> inputs(List<Picture> pictures) {
        return Map.of(graph.inputs().getFirst(), PictureBatch.of(graph, preprocessing, pictures));
    }

    /** All values of the float network. */
    private Map<String, FloatBatch> reference(List<Picture> pictures, int values) {
        Map<String, FloatBatch> reference = HashMap.newHashMap(values);
        FloatExecutor.of(graph).run(inputs(pictures), new Interposer() {
            @Override
            public void value(String name, FloatBatch batch) {
                reference.put(name, batch);
            }
        });
        return reference;
    }

    private ErrorStatistics statistics(ObservedModel observed, Part part, FloatBatch reference) {
        TensorDefinition tensor = model.tensors().get(part.tensor);
        double scale = tensor.scale();
        if (tensor.type() == ElementType.FLOAT32) {
            float largest = Float.MIN_NORMAL;
            for (float value : reference.values()) {
                largest = Math.max(largest, Math.abs(value));
            }
            scale = largest / 127;
        }
        return new ErrorStatistics(part.range, scale, observed.original(tensor));
    }

    private void count(
            EvaluationCounter counter,
            LabelledData data,
            int first,
            Map<String, FloatBatch> reference,
            Map<String, FloatBatch> integers) {
        String output = graph.outputs().getFirst();
        float[] expected = known(reference, output).ordered();
        float[] actual = known(integers, output).ordered();
        int images = known(reference, output).images();
        int classes = expected.length / images;
        for (int i = 0; i < images; i++) {
            if (data.label(first + i) >= classes) {
                throw new DataException(data.name(first + i) + ": label " + data.label(first + i)
                        + ", but the model knows only " + classes + " classes, from 0");
            }
            counter.add(
                    data.label(first + i),
                    Arrays.copyOfRange(actual, i * classes, (i + 1) * classes),
                    Arrays.copyOfRange(expected, i * classes, (i + 1) * classes));
        }
    }

    /** What each node adds to the errors of its inputs. */
    private Map<String, float[]> ownErrors(List<Picture> pictures, Map<String, FloatBatch> integers) {
        Map<String, float[]> errors = new LinkedHashMap<>();
        FloatExecutor.of(graph).run(inputs(pictures), new Interposer() {
            @Override
            public void value(String name, FloatBatch batch) {
                Part part = parts.get(name);
                if (part == null) {
                    return;
                }
                float[] computed = batch.values();
                float[] stored = known(integers, name).values();
                float[] error = new float[computed.length];
                for (int i = 0; i < error.length; i++) {
                    error[i] = stored[i] - computed[i];
                }
                part.ownNoise += power(error);
                errors.put(name, error);
                System.arraycopy(stored, 0, computed, 0, computed.length);
            }
        });
        return errors;
    }

    /** Adds to a node's cost the noise that its own error alone causes at the outputs. */
    private void addCost(String value, float[] error, Map<String, FloatBatch> reference) {
        Part part = parts.get(value);
        if (part == null || power(error) == 0) {
            return;
        }
        FloatBatch clean = known(reference, value);
        float[] disturbed = clean.values().clone();
        for (int i = 0; i < disturbed.length; i++) {
            disturbed[i] += error[i];
        }
        Graph downstream = Downstream.of(graph, value);
        Map<String, FloatBatch> inputs = new HashMap<>();
        for (String input : downstream.inputs()) {
            inputs.put(input, known(reference, input));
        }
        inputs.put(value, FloatBatch.of(clean.images(), clean.shape(), disturbed));
        FloatExecutor.of(downstream).run(inputs, Interposer.NONE).forEach((output, batch) -> {
            float[] expected = known(reference, output).values();
            float[] actual = batch.values();
            for (int i = 0; i < actual.length; i++) {
                double difference = (double) actual[i] - expected[i];
                part.costNoise += difference * difference;
            }
        });
    }

    private static FloatBatch known(Map<String, FloatBatch> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private static double power(float[] values) {
        double power = 0;
        for (float value : values) {
            power += (double) value * value;
        }
        return power;
    }

    private Comparison comparison(EvaluationCounter counter, int costImages, double outputSignal) {
        double costs =
                parts.values().stream().mapToDouble(part -> part.costNoise).sum();
        List<ValueComparison> values = new ArrayList<>();
        parts.forEach((value, part) -> {
            ErrorStatistics statistics = part.statistics;
            if (statistics == null || part.ownNoise == 0) {
                return;
            }
            TensorDefinition tensor = model.tensors().get(part.tensor);
            int channel = statistics.biasChannel();
            values.add(new ValueComparison(
                    part.node.name(),
                    value,
                    part.node.op().kind(),
                    tensor.type(),
                    tensor.scale(),
                    statistics.sqnrDb(),
                    Decibels.ratio(statistics.signal(), part.ownNoise),
                    statistics.cosine(),
                    statistics.bias(channel),
                    channel,
                    tensor.type() == ElementType.FLOAT32 ? 0 : statistics.saturation(),
                    Decibels.ratio(outputSignal, part.costNoise),
                    costs == 0 ? 0 : part.costNoise / costs,
                    statistics.histogram()));
        });
        return new Comparison(model.metadata().name(), counter.evaluation(), costImages, values, unmatched);
    }
}
