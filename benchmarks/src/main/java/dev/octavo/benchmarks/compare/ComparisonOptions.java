package dev.octavo.benchmarks.compare;

import dev.octavo.benchmarks.models.Architecture;
import java.nio.file.Path;
import java.util.List;

/**
 * What is compared, and how long.
 *
 * @param threads numbers of threads, the first 1
 * @param batches images per run on one thread, the first 1
 * @param bits of weights and activations
 * @param signed whether Octavo's model without unsigned activations takes part
 * @param starts fresh JVMs per contender of the cold start; 0 for none
 * @param rounds at most, per contest
 * @param seconds that a contender runs per round
 * @param minutes for everything
 * @param folder for the report, and for the models in a folder below it
 */
record ComparisonOptions(
        List<Architecture> networks,
        List<Integer> threads,
        List<Integer> batches,
        int bits,
        boolean signed,
        int starts,
        int rounds,
        double seconds,
        double minutes,
        Path folder) {
    /** Copies the lists. */
    ComparisonOptions {
        networks = List.copyOf(networks);
        threads = List.copyOf(threads);
        batches = List.copyOf(batches);
    }

    /** CPUs of a number of threads: the last ones, since systems keep busy the first. */
    String cpus(int count) {
        int last = Runtime.getRuntime().availableProcessors() - 1;
        return Math.max(0, last - count + 1) + "-" + last;
    }
}
