package dev.octavo.tools.passes;

import dev.octavo.tools.quantize.InputCovariance;
import dev.octavo.tools.quantize.ValueObservation;
import java.util.Map;
import java.util.Optional;

/**
 * What a run of a graph showed.
 *
 * @param values by name
 * @param inputs covariance of what each layer reads, by the name of its node
 */
public record Measurements(Map<String, ValueObservation> values, Map<String, InputCovariance> inputs) {
    /** Nothing was measured. */
    public static final Measurements NONE = new Measurements(Map.of(), Map.of());

    /** Copies the maps. */
    public Measurements {
        values = Map.copyOf(values);
        inputs = Map.copyOf(inputs);
    }

    Optional<ValueObservation> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    Optional<InputCovariance> input(String node) {
        return Optional.ofNullable(inputs.get(node));
    }
}
