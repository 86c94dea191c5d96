package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.measure.Timing;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that one run of the comparison found. Its JSON form is {@code report.json}; the page and the README's table
 * are made from it.
 *
 * @param date when the run started, ISO 8601 in UTC
 * @param seconds how long it took
 * @param command what repeats it
 * @param versions of the JVM, the operating system and the rivals, by name
 * @param notices what a reader must know: a noisy machine, a rival that failed
 */
public record Report(
        String date,
        double seconds,
        String command,
        Machine machine,
        Map<String, String> versions,
        List<Network> networks,
        List<String> notices) {
    /** The name under which Octavo's int8 model is measured. */
    public static final String OCTAVO = "Octavo int8";
    /** The name of Octavo's float baseline. */
    public static final String OCTAVO_FLOAT = "Octavo float";

    /**
     * What the run had.
     *
     * @param cpu as the system names it
     * @param cpus how many the JVM may use
     * @param instructionSet of the peaks and of Octavo's machine tier; empty if there is none
     * @param peaks by name, of one core: 10^9 multiply-accumulates or bytes per second; empty where no loop could be emitted
     */
    public record Machine(String cpu, int cpus, String instructionSet, Map<String, Double> peaks) {
        /** Name of the peak of byte dot products. */
        public static final String INT8 = "int8 GMAC/s";
        /** Name of the peak of float multiply-adds. */
        public static final String FLOAT = "float GMAC/s";
        /** Begin of the names of read bandwidths. */
        public static final String READ = "read GB/s ";
    }

    /**
     * One network.
     *
     * @param macs multiply-accumulates of one image
     * @param contenders in the order in which they are shown
     * @param layers of Octavo's int8 model on one thread
     * @param agreement with ONNX Runtime; absent if that failed
     * @param conversionSeconds from the parsed ONNX file to the int8 model
     * @param loadMillis from the model's definition to a session, weights packed
     * @param firstRunMillis of the first run of that session
     */
    public record Network(
            String id,
            long parameters,
            long macs,
            List<Contender> contenders,
            List<Layer> layers,
            Optional<Agreed> agreement,
            double conversionSeconds,
            double loadMillis,
            double firstRunMillis) {
        /** A contender by name and threads, if it was measured. */
        public Optional<Timing> timing(String name, int threads) {
            return contenders.stream()
                    .filter(c -> c.name().equals(name)
                            && c.threads() == threads
                            && c.failure().isEmpty())
                    .map(c -> new Timing(c.rounds().stream().mapToDouble(d -> d).toArray()))
                    .findFirst();
        }

        /** The rival that is fastest at int8 on one thread, or {@code threads}. */
        public Optional<Contender> bestRival(int threads) {
            return contenders.stream()
                    .filter(c -> c.int8() && !c.name().equals(OCTAVO) && c.threads() == threads)
                    .filter(c -> c.failure().isEmpty())
                    .min((a, b) -> Double.compare(a.median(), b.median()));
        }
    }

    /**
     * What one contender took.
     *
     * @param int8 whether it computes in int8
     * @param rounds median milliseconds of one run, per round; empty if it failed
     * @param failure why it was not measured; empty if it was
     */
    public record Contender(String name, boolean int8, int threads, List<Double> rounds, String failure) {
        /** Median of the rounds in milliseconds; infinite if it failed. */
        public double median() {
            return rounds.isEmpty()
                    ? Double.POSITIVE_INFINITY
                    : new Timing(rounds.stream().mapToDouble(d -> d).toArray()).median();
        }
    }

    /**
     * One kernel of a network.
     *
     * @param kernel its name
     * @param macs multiply-accumulates of one run
     * @param bytes that it must at least read and write: inputs, weights and outputs
     * @param micros mean time of one run
     */
    public record Layer(String name, String kernel, long macs, long bytes, double micros) {}

    /**
     * Agreement with ONNX Runtime's QDQ form of the same network.
     *
     * @param largest greatest difference of two codes where every operation reads the same codes
     * @param equal share of equal codes there
     * @param chainedLargest greatest difference of two codes where each runtime computes the whole network
     * @param chainedEqual share of equal codes there
     * @param logits largest difference of two logits over the largest logit
     * @param worst the operation that agrees least on the same codes
     */
    public record Agreed(
            int largest, double equal, int chainedLargest, double chainedEqual, double logits, String worst) {}
}
