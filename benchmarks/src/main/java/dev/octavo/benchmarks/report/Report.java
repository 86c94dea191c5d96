package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.measure.Timing;
import dev.octavo.benchmarks.rivals.Rival;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    /** Begin of the reasons for which a contender did not run at all, though it could have. */
    public static final String NOT_TRIED = "not tried: ";
    /** Part of the reasons that more time would have removed. */
    public static final String NO_TIME = "no time was left";
    /** Why the fastest form of a rival had a trial only. */
    public static final String NO_ROUNDS = "no rounds: " + NO_TIME;
    /** The name under which Octavo's int8 model is measured. */
    public static final String OCTAVO = "Octavo int8";
    /** The name of Octavo's int8 model where the input is the picture itself, as bytes. */
    public static final String OCTAVO_PICTURE = "Octavo int8, picture as bytes";
    /** The name of Octavo's int8 model without unsigned activations. */
    public static final String OCTAVO_SIGNED = "Octavo int8, all activations signed";
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

        /** The peak of the arithmetic of a contender. */
        public Optional<Double> peak(boolean int8) {
            return Optional.ofNullable(peaks.get(int8 ? INT8 : FLOAT));
        }
    }

    /**
     * One network.
     *
     * @param macs multiply-accumulates of one image
     * @param contenders in the order in which they are shown
     * @param layers of Octavo's int8 model on one thread
     * @param agreement with ONNX Runtime
     * @param conversionSeconds from the parsed ONNX file to the int8 model
     * @param starts from the start of a JVM to the first answer
     * @param signedCost what signed activations cost; empty if that was not asked for
     */
    public record Network(
            String id,
            long parameters,
            long macs,
            List<Contender> contenders,
            List<Layer> layers,
            Agreed agreement,
            double conversionSeconds,
            List<Start> starts,
            SignedCost signedCost) {
        /** The contenders of one setting. */
        public Stream<Contender> at(int threads, int batch) {
            return contenders.stream().filter(c -> c.threads() == threads && c.batch() == batch);
        }

        /** A contender's rounds, if it had any. */
        public Optional<Timing> timing(String name, int threads, int batch) {
            return at(threads, batch)
                    .filter(c -> c.name().equals(name) && c.measured())
                    .map(Contender::timing)
                    .findFirst();
        }

        /** The fastest measured form of a rival in one setting. */
        public Optional<Contender> best(Rival rival, boolean int8, int threads, int batch) {
            return at(threads, batch)
                    .filter(c -> c.rival() == rival && c.int8() == int8 && c.measured())
                    .min(Comparator.comparingDouble(c -> c.timing().median()));
        }
    }

    /**
     * What one contender took.
     *
     * @param int8 whether it computes in int8
     * @param batch images per run
     * @param screening milliseconds of one run when the forms of a rival were tried; 0 if it was not tried
     * @param rounds median milliseconds of one run, per round; empty if only a faster form of the rival had rounds
     * @param difference √(Σ (a − b)² / Σ a²) of its logits b to those of Octavo in the same arithmetic, a; null where they were
     *     not compared
     * @param failure why it was not measured; empty if it was
     */
    public record Contender(
            String name,
            Rival rival,
            boolean int8,
            int threads,
            int batch,
            double screening,
            List<Double> rounds,
            @Nullable Double difference,
            String failure) {
        /** Copies the list. */
        public Contender {
            rounds = List.copyOf(rounds);
        }

        /** Whether it had rounds. */
        public boolean measured() {
            return !rounds.isEmpty();
        }

        /** Its rounds. */
        public Timing timing() {
            return Timing.of(rounds);
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
     * From the start of a JVM to the first answer.
     *
     * @param name of the contender
     * @param millis one per fresh JVM
     * @param failure why there are none
     */
    public record Start(String name, List<Double> millis, String failure) {}

    /**
     * Octavo's int8 model beside the one without unsigned activations, in rounds of both alone, on one thread.
     *
     * @param unsigned median milliseconds of one run, per round, of the model as it is by default
     * @param signed of the other, in the same rounds
     */
    public record SignedCost(List<Double> unsigned, List<Double> signed) {
        /** What it may cost. */
        private static final double BAR = 1.04;

        /** Copies the lists. */
        public SignedCost {
            unsigned = List.copyOf(unsigned);
            signed = List.copyOf(signed);
        }

        /** Not measured. */
        public static SignedCost none() {
            return new SignedCost(List.of(), List.of());
        }

        /** Time of the signed model over time of the other, round by round, if measured. */
        public Optional<Timing> ratio() {
            return unsigned.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Timing.of(signed).over(Timing.of(unsigned)));
        }

        /** Whether the ratio, with twice its standard error, is on one side of 1.04, and on which; empty if not measured. */
        public Optional<String> verdict() {
            return ratio().map(ratio -> {
                double error = 2 * ratio.uncertainty() * ratio.median();
                String side = Math.abs(ratio.median() - BAR) < error
                        ? "too noisy to tell from"
                        : ratio.median() <= BAR ? "within" : "above";
                return String.format(
                        Locale.ROOT, "%.3f × ± %.3f of the default, %s %.2f", ratio.median(), error, side, BAR);
            });
        }
    }

    /**
     * Agreement with ONNX Runtime's QDQ form of the same network.
     *
     * @param tensors in the order in which they are computed; empty if it failed
     * @param logits largest difference of two logits over the largest logit
     * @param failure why the answers could not be compared; empty if they could
     */
    public record Agreed(List<AgreedTensor> tensors, double logits, String failure) {
        /** Greatest difference of two codes where every operation reads the same codes. */
        public int largest() {
            return tensors.stream().mapToInt(AgreedTensor::largest).max().orElse(0);
        }

        /** Mean share of equal codes there. */
        public double equal() {
            return tensors.stream().mapToDouble(AgreedTensor::equal).average().orElse(0);
        }

        /** Greatest difference of two codes where each runtime computes the whole network. */
        public int chainedLargest() {
            return tensors.stream().mapToInt(AgreedTensor::chainedLargest).max().orElse(0);
        }

        /** Mean share of equal codes there. */
        public double chainedEqual() {
            return tensors.stream()
                    .mapToDouble(AgreedTensor::chainedEqual)
                    .average()
                    .orElse(0);
        }
    }

    /**
     * Agreement of one quantized tensor.
     *
     * @param name of the operation that computes it
     * @param equal share of equal codes where every operation reads the same codes
     * @param largest greatest difference of two codes there
     * @param chainedEqual share of equal codes where each runtime computes the whole network
     * @param chainedLargest greatest difference of two codes there
     */
    public record AgreedTensor(String name, double equal, int largest, double chainedEqual, int chainedLargest) {}
}
