package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.report.Report;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one process measures: a network at one number of threads and one batch size.
 *
 * @param folder of the models
 * @param batch images per run
 * @param leftOut contenders that are not tried, by the names of their forms, and why
 * @param expected milliseconds by the names of forms, which are tried in this order
 * @param rounds at most
 * @param seconds that a contender runs per round
 * @param budget seconds after which no further round begins, once there are enough to take a median
 */
record ContestTask(
        Architecture network,
        String folder,
        Kind kind,
        int threads,
        int batch,
        Map<String, String> leftOut,
        Map<String, Double> expected,
        int rounds,
        double seconds,
        double budget) {
    /** Who takes part, and what else is measured. */
    enum Kind {
        /** All, who have rounds however little time there is; then layers, agreement and peaks. */
        FIRST,
        /**
         * Those that are not left out, who have rounds if there is time for them. Octavo's float baseline is not among them: in
         * every process it needs seconds until it is compiled.
         */
        FURTHER,
        /** Octavo's model, and the one without unsigned activations. */
        SIGNED
    }

    /** Copies the collections. */
    ContestTask {
        leftOut = Map.copyOf(leftOut);
        expected = Map.copyOf(expected);
    }

    /** Returns this task without another contender. */
    ContestTask without(String form, String reason) {
        Map<String, String> more = new HashMap<>(leftOut);
        more.put(form, reason);
        return new ContestTask(network, folder, kind, threads, batch, more, expected, rounds, seconds, budget);
    }

    /** All contenders in the order in which they are shown. */
    List<Variant> variants() {
        return switch (kind) {
            case FIRST -> Variant.all(threads);
            case FURTHER ->
                Variant.all(threads).stream()
                        .filter(variant -> !variant.name().equals(Report.OCTAVO_FLOAT))
                        .toList();
            case SIGNED -> Variant.signedPair();
        };
    }

    /** Why a contender is not tried; empty if it is. */
    String leftOut(Variant variant) {
        return leftOut.getOrDefault(variant.name(), leftOut.getOrDefault(variant.form(), ""));
    }

    /** A contender that was left out. */
    Report.Contender unmeasured(Variant variant, String reason) {
        return new Report.Contender(
                variant.name(), variant.rival(), variant.int8(), threads, batch, 0, List.of(), null, reason);
    }

    /**
     * What the process found.
     *
     * @param layers of Octavo's int8 model; empty but for the first
     * @param agreement empty but for the first
     * @param peaks of one core; empty but for the first
     */
    record Result(
            List<Report.Contender> contenders,
            List<Report.Layer> layers,
            Report.Agreed agreement,
            Map<String, Double> peaks,
            String instructionSet) {}
}
