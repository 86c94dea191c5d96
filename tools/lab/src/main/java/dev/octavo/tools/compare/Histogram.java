package dev.octavo.tools.compare;

import java.util.List;

/**
 * How often values lie in bins of equal width, in float and in integers; what lies outside counts for the bin at the end.
 *
 * @param low lower end of the first bin, in steps of the tensor
 * @param width of a bin, in steps
 * @param reference counts of the float network's values
 * @param actual counts of the model's values
 */
public record Histogram(double low, double width, List<Long> reference, List<Long> actual) {
    /** Copies the lists. */
    public Histogram {
        reference = List.copyOf(reference);
        actual = List.copyOf(actual);
    }
}
