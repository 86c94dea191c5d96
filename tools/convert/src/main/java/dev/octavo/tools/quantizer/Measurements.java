package dev.octavo.tools.quantizer;

import dev.octavo.tools.quantize.InputCovariance;
import dev.octavo.tools.quantize.ValueObservation;
import java.util.Map;
import java.util.Optional;

/**
 * What a run of a graph showed.
 *
 * @param values by name
 * @param inputs covariance of what each layer reads, by the name of its node
 * @param repetition runs the same inputs through integers
 */
public record Measurements(
        Map<String, ValueObservation> values, Map<String, InputCovariance> inputs, Repetition repetition) {
    /** Nothing was measured, and nothing can be repeated. */
    public static final Measurements NONE = new Measurements(Map.of(), Map.of(), new Repetition() {
        @Override
        public Map<String, double[]> meanShift(QuantizedGraph quantized) {
            return Map.of();
        }

        @Override
        public double outputNoise(QuantizedGraph quantized) {
            throw new IllegalStateException(
                    "there are no inputs to run " + quantized.graph().name() + " on");
        }
    });

    /** Compares integers with what was measured. */
    public interface Repetition {
        /**
         * By how much the mean of each output channel of each layer's sum, before its residual and its clamp, falls short of
         * that in float while integers are computed; each layer is taken to be corrected before the next one runs.
         *
         * @return by the name of the node; nothing for layers in float
         */
        Map<String, double[]> meanShift(QuantizedGraph quantized);

        /** Σ (z − z')² over all outputs z of the float network, where z' are those of integers. */
        double outputNoise(QuantizedGraph quantized);
    }

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
