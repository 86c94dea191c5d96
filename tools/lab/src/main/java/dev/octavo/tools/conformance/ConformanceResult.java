package dev.octavo.tools.conformance;

/**
 * How one test ended.
 *
 * @param test name of its folder or file
 * @param reason what went wrong or does not apply; empty if it passed
 */
public record ConformanceResult(String test, Outcome outcome, String reason) {
    /** The ways to end. */
    public enum Outcome {
        /** All outputs are within the tolerance. */
        PASSED,
        /** It ran with other results, or should have run. */
        FAILED,
        /** It needs an operator, an element type or a mode that Octavo does not import. */
        NOT_APPLICABLE
    }

    static ConformanceResult passed(String test) {
        return new ConformanceResult(test, Outcome.PASSED, "");
    }

    static ConformanceResult failed(String test, String reason) {
        return new ConformanceResult(test, Outcome.FAILED, reason);
    }

    static ConformanceResult notApplicable(String test, String reason) {
        return new ConformanceResult(test, Outcome.NOT_APPLICABLE, reason);
    }
}
