package dev.octavo.tools.evaluate;

import dev.octavo.tools.metrics.Bootstrap;
import dev.octavo.tools.metrics.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a model did its task on labelled data.
 *
 * @param unit what was counted, such as {@code pictures}
 * @param decibels signal to noise of each output against the reference's; empty without a reference
 */
public record TaskEvaluation(String unit, int count, List<Score> scores, Map<String, Double> decibels) {
    /**
     * One quantity, as a part of 1.
     *
     * @param standardError of the value, by bootstrap over the data
     * @param reference the value of the reference; empty without one
     * @param differenceError standard error of the value's difference to the reference's, over the same data
     */
    public record Score(
            String name,
            double value,
            double standardError,
            OptionalDouble reference,
            OptionalDouble differenceError) {}

    /** Copies the lists. */
    public TaskEvaluation {
        scores = List.copyOf(scores);
    }

    /** Computes the quantities of a model and, over the same data, of a reference. */
    static TaskEvaluation of(
            String unit, Measure model, Optional<? extends Measure> reference, Map<String, Double> decibels) {
        int[] once = Bootstrap.once(model.pictures());
        int quantities = model.names().size();
        double[] values = model.values(once);
        double[] referenceValues =
                reference.map(measure -> measure.values(once)).orElse(new double[0]);
        double[] errors = Bootstrap.standardErrors(model.pictures(), times -> {
            double[] drawn = model.values(times);
            double[] both = new double[2 * quantities];
            System.arraycopy(drawn, 0, both, 0, quantities);
            reference.ifPresent(measure -> {
                double[] other = measure.values(times);
                for (int i = 0; i < quantities; i++) {
                    both[quantities + i] = drawn[i] - other[i];
                }
            });
            return both;
        });
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < quantities; i++) {
            boolean compared = reference.isPresent();
            scores.add(new Score(
                    model.names().get(i),
                    values[i],
                    errors[i],
                    compared ? OptionalDouble.of(referenceValues[i]) : OptionalDouble.empty(),
                    compared ? OptionalDouble.of(errors[quantities + i]) : OptionalDouble.empty()));
        }
        return new TaskEvaluation(unit, model.pictures(), scores, decibels);
    }
}
