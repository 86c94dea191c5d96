package dev.octavo.tools.metrics;

import dev.octavo.tools.tasks.ModelOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Signal to quantization noise of each output of a model against that of a reference, 10·log10(Σ z² / Σ (z − z')²). */
public final class OutputNoise {
    private final List<String> names = new ArrayList<>();
    private double[] signal = new double[0];
    private double[] noise = new double[0];

    /**
     * Counts a picture. Outputs are paired by name where the names are the same, else by their order.
     *
     * @throws IllegalArgumentException if the models differ in the number or size of outputs
     */
    public void add(List<ModelOutput> reference, List<ModelOutput> outputs) {
        if (names.isEmpty()) {
            reference.forEach(output -> names.add(output.name()));
            signal = new double[reference.size()];
            noise = new double[reference.size()];
        }
        if (outputs.size() != reference.size()) {
            throw new IllegalArgumentException("the models cannot be compared: one has " + outputs.size()
                    + " outputs, the other " + reference.size());
        }
        for (int o = 0; o < reference.size(); o++) {
            ModelOutput expected = reference.get(o);
            ModelOutput actual = outputs.stream()
                    .filter(output -> output.name().equals(expected.name()))
                    .findFirst()
                    .orElse(outputs.get(o));
            if (actual.elements() != expected.elements()) {
                throw new IllegalArgumentException(
                        "the models cannot be compared: one gives " + actual + ", the other " + expected);
            }
            for (int i = 0; i < expected.elements(); i++) {
                double difference = (double) expected.get(i) - actual.get(i);
                signal[o] += (double) expected.get(i) * expected.get(i);
                noise[o] += difference * difference;
            }
        }
    }

    /** Returns the ratio of each output in dB, in the reference's order; infinite where nothing differs. */
    public Map<String, Double> decibels() {
        Map<String, Double> decibels = new LinkedHashMap<>();
        for (int o = 0; o < names.size(); o++) {
            decibels.put(
                    names.get(o), noise[o] == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal[o] / noise[o]));
        }
        return decibels;
    }
}
