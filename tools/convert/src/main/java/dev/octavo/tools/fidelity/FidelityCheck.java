package dev.octavo.tools.fidelity;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelDefinition;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Node;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.progress.ConversionListener;
import dev.octavo.tools.progress.ConversionStage;
import dev.octavo.tools.statistics.InputEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Runs a float network once, and any number of integer models of it, on inputs that no conversion has seen. On networks of
 * several kinds the ratio came within 5 dB of that on real data. It says little for inputs that are no pictures.
 */
public final class FidelityCheck {
    private static final int MOST_INPUTS = 12;
    private static final int LEAST_INPUTS = 4;

    /** Multiplications that may be spent on one run of all inputs. */
    private static final long BUDGET = 2_000_000_000L;

    /** Floats of outputs that are kept. */
    private static final long MOST_KEPT = 1L << 25;

    private final List<CheckInputs.Pair> inputs = new ArrayList<>();
    private final List<List<float[]>> expected = new ArrayList<>();
    private final List<String> names;
    private final boolean classifier;
    private final ConversionListener listener;

    private FidelityCheck(List<String> names, boolean classifier, ConversionListener listener) {
        this.names = names;
        this.classifier = classifier;
        this.listener = listener;
    }

    /** Whether a graph gives one vector, of which the largest element counts. */
    private static boolean classifies(Graph graph) {
        int[] shape = graph.shape(graph.outputs().getFirst());
        return graph.outputs().size() == 1
                && shape.length > 1
                && shape[1] > 1
                && IntStream.range(2, shape.length).allMatch(d -> shape[d] == 1);
    }

    /**
     * Runs the float network.
     *
     * @param graph as its conversion begins, folded
     * @param model its model in float
     * @param encoding how the conversion was told that inputs are given
     * @param listener hears of inputs that were run, and may end the check by throwing an exception
     */
    public static FidelityCheck of(
            Graph graph, ModelDefinition model, InputEncoding encoding, ConversionListener listener) {
        FidelityCheck check = new FidelityCheck(graph.outputs(), classifies(graph), listener);
        CheckInputs source = new CheckInputs(graph, encoding);
        long kept = graph.outputs().stream()
                .mapToLong(output ->
                        Arrays.stream(graph.shape(output)).asLongStream().reduce(1, (a, b) -> a * b))
                .sum();
        int most = Math.clamp(MOST_KEPT / Math.max(1, kept), 1, MOST_INPUTS);
        int count = Math.clamp(BUDGET / multiplications(graph), Math.min(LEAST_INPUTS, most), most);
        for (int i = 0; i < count; i++) {
            check.inputs.add(source.draw(i));
        }
        check.expected.addAll(check.run(model));
        return check;
    }

    /** Returns a check on the first so many of the inputs. */
    FidelityCheck first(int count) {
        FidelityCheck few = new FidelityCheck(names, classifier, listener);
        few.inputs.addAll(inputs.subList(0, Math.min(count, inputs.size())));
        few.expected.addAll(expected.subList(0, few.inputs.size()));
        return few;
    }

    /** Compares an integer model of the network. */
    public Fidelity of(ModelDefinition integers) {
        List<List<float[]>> actual = run(integers);
        double[] signal = new double[names.size()];
        double[] noise = new double[names.size()];
        double agreement = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int o = 0; o < names.size(); o++) {
                float[] wanted = expected.get(i).get(o);
                float[] got = actual.get(i).get(o);
                double error = 0;
                for (int k = 0; k < wanted.length; k++) {
                    double difference = (double) got[k] - wanted[k];
                    signal[o] += (double) wanted[k] * wanted[k];
                    error += difference * difference;
                }
                noise[o] += error;
                if (classifier) {
                    agreement += largest(wanted) == largest(got) ? 1 : 0;
                }
            }
        }
        List<Fidelity.Output> outputs = new ArrayList<>();
        for (int o = 0; o < signal.length; o++) {
            outputs.add(new Fidelity.Output(names.get(o), decibels(signal[o], noise[o])));
        }
        return new Fidelity(
                outputs,
                classifier ? OptionalDouble.of(agreement / expected.size()) : OptionalDouble.empty(),
                expected.size());
    }

    private List<List<float[]>> run(ModelDefinition definition) {
        List<List<float[]>> results = new ArrayList<>();
        try (Model model = Model.of(definition);
                Session session = model.newSession()) {
            for (CheckInputs.Pair input : inputs) {
                listener.progressed(ConversionStage.CHECKING, results.size(), inputs.size());
                results.add(session.run(input.of(model)).stream()
                        .map(Tensor::toFloatArray)
                        .toList());
            }
        }
        listener.progressed(ConversionStage.CHECKING, inputs.size(), inputs.size());
        return results;
    }

    private static double decibels(double signal, double noise) {
        if (!(noise > 0)) {
            return noise == 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        }
        return signal > 0 ? 10 * Math.log10(signal / noise) : Double.NEGATIVE_INFINITY;
    }

    private static int largest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Of one input, at least 1. */
    private static long multiplications(Graph graph) {
        return 1
                + graph.nodes().stream()
                        .mapToLong(node -> multiplications(graph, node))
                        .sum();
    }

    /** Of one node for one input. */
    static long multiplications(Graph graph, Node node) {
        if (!(node.op() instanceof Op.Layer layer)) {
            return 0;
        }
        int[] shape = graph.shape(node.output());
        return IntStream.range(2, shape.length).mapToLong(d -> shape[d]).reduce(1, (a, b) -> a * b)
                * layer.weights().elements();
    }
}
