package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.benchmarks.report.Report;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one process measures: a network at one number of threads.
 *
 * @param folder of the models
 * @param batches images per run, one contest each
 * @param leftOut names of contenders that are not tried, and why; those of a rival's form at any spinning
 * @param signed whether Octavo's model without unsigned activations takes part
 * @param rounds at most
 * @param seconds that a contender runs per round
 * @param budget seconds after which no further round begins, once there are enough to take a median
 */
record ContestTask(
        Architecture network,
        String folder,
        int threads,
        List<Integer> batches,
        Map<String, String> leftOut,
        boolean signed,
        int rounds,
        double seconds,
        double budget) {
    /** Copies the collections. */
    ContestTask {
        batches = List.copyOf(batches);
        leftOut = Map.copyOf(leftOut);
    }

    /** The same without another contender. */
    ContestTask without(String name, String reason) {
        Map<String, String> more = new HashMap<>(leftOut);
        more.put(name, reason);
        return new ContestTask(network, folder, threads, batches, more, signed, rounds, seconds, budget);
    }

    /**
     * What the process found.
     *
     * @param layers of Octavo's int8 model; empty but on one thread
     * @param agreement empty but on one thread
     * @param peaks of one core; empty but on one thread
     */
    record Result(
            List<Report.Contender> contenders,
            List<Report.Layer> layers,
            Report.Agreed agreement,
            Map<String, Double> peaks,
            String instructionSet) {}
}
