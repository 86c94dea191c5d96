package dev.octavo.tools.compare;

import dev.octavo.tools.evaluate.Evaluation;
import java.util.Comparator;
import java.util.List;

/**
 * A model against the float network that it was made from.
 *
 * @param model its name
 * @param outputs how the answers compare
 * @param costImages the first so many pictures have told the costs
 * @param values in the order in which they are computed
 * @param unmatched tensors that the model stores and the float network does not have
 */
public record Comparison(
        String model, Evaluation outputs, int costImages, List<ValueComparison> values, List<String> unmatched) {
    /** Copies the lists. */
    public Comparison {
        values = List.copyOf(values);
        unmatched = List.copyOf(unmatched);
    }

    /** The values by what their nodes cost the network, dearest first. */
    public List<ValueComparison> ranked() {
        return values.stream()
                .sorted(Comparator.comparingDouble(ValueComparison::costShare).reversed())
                .toList();
    }
}
