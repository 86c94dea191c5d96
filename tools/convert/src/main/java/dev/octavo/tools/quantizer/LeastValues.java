package dev.octavo.tools.quantizer;

import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.quantize.ClippedNormals;
import dev.octavo.tools.quantize.ValueObservation;
import dev.octavo.tools.statistics.ValueModels;

/**
 * How far below zero values reach. A function with a small minimum, such as SiLU, bounds its results however little is known
 * of its input.
 */
final class LeastValues {
    /** Deviations on either side of the mean that a modelled value reaches. */
    private static final double DEVIATIONS = 6;

    /** A measured minimum is exceeded on other inputs. */
    private static final double MARGIN = 1.25;

    private static final int STEPS = 1024;

    private final Graph graph;
    private final ValueModels models;
    private final Measurements measurements;

    LeastValues(Graph graph, ValueModels models, Measurements measurements) {
        this.graph = graph;
        this.models = models;
        this.measurements = measurements;
    }

    /** Returns the least value that is to be expected of a value with a model: at most 0. */
    double of(String value) {
        double least = least(value);
        return graph.producer(value)
                .filter(node -> node.op() instanceof Op.Unary
                        && models.model(node.input()).isPresent())
                .map(node -> Math.max(least, minimum((Op.Unary) node.op(), node.input())))
                .orElse(least);
    }

    private double minimum(Op.Unary unary, String input) {
        double low = least(input);
        double high = greatest(input);
        double minimum = 0;
        for (int i = 0; i <= STEPS; i++) {
            minimum = Math.min(minimum, unary.apply(low + (high - low) * i / STEPS));
        }
        return minimum;
    }

    private double least(String value) {
        ClippedNormals model = models.model(value).orElseThrow();
        double least = 0;
        for (int c = 0; c < model.channels(); c++) {
            least = Math.min(least, Math.max(model.low(), model.beta(c) - DEVIATIONS * model.gamma(c)));
        }
        return measurements
                .value(value)
                .map(ValueObservation::min)
                .map(measured -> Math.max(model.low(), Math.min(0, MARGIN * measured)))
                .orElse(least);
    }

    private double greatest(String value) {
        ClippedNormals model = models.model(value).orElseThrow();
        double greatest = 0;
        for (int c = 0; c < model.channels(); c++) {
            greatest = Math.max(greatest, Math.min(model.high(c), model.beta(c) + DEVIATIONS * model.gamma(c)));
        }
        return measurements
                .value(value)
                .map(ValueObservation::max)
                .map(measured -> Math.max(0, MARGIN * measured))
                .orElse(greatest);
    }
}
