package dev.octavo.tools.conformance;

import dev.octavo.tools.graph.Constant;
import java.util.Optional;

/**
 * When two results are the same: {@code |actual − expected| ≤ absolute + relative · |expected|}.
 *
 * @param relative part of the expected value
 * @param absolute whatever the expected value
 */
record Tolerance(double relative, double absolute) {
    /** What the ONNX project's own runner allows. */
    static final Tolerance BACKEND_TESTS = new Tolerance(1e-3, 1e-7);

    /** The first element that differs, and how. NaN equals NaN. */
    Optional<String> difference(float[] actual, Constant expected) {
        if (actual.length != expected.elements()) {
            return Optional.of(actual.length + " elements instead of " + expected.elements());
        }
        for (int i = 0; i < actual.length; i++) {
            double want = expected.real(i);
            double error = Math.abs(actual[i] - want);
            boolean same = actual[i] == want || (Double.isNaN(want) && Float.isNaN(actual[i]));
            if (!same && !(error <= absolute + relative * Math.abs(want))) {
                return Optional.of(
                        "element " + i + " of " + actual.length + " is " + actual[i] + " instead of " + want);
            }
        }
        return Optional.empty();
    }
}
