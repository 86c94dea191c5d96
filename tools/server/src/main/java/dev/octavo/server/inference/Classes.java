package dev.octavo.server.inference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The best classes of a row of scores. */
public final class Classes {
    private Classes() {}

    /**
     * One class.
     *
     * @param index its position among the scores
     * @param score what the model gave
     * @param probability by softmax over the row, unless the scores are probabilities already
     * @param label its name; empty if unknown
     */
    public record Ranked(int index, float score, double probability, String label) {}

    /** Returns the best classes, the best first; of equals the first. */
    public static List<Ranked> best(float[] scores, int count, List<String> labels) {
        double[] probabilities = probabilities(scores);
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]).thenComparing(i -> i))
                .limit(count)
                .map(i -> new Ranked(i, scores[i], probabilities[i], i < labels.size() ? labels.get(i) : ""))
                .toList();
    }

    private static double[] probabilities(float[] scores) {
        double sum = 0;
        boolean already = true;
        double most = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            sum += score;
            already &= score >= 0 && score <= 1;
            most = Math.max(most, score);
        }
        double[] probabilities = new double[scores.length];
        if (already && Math.abs(sum - 1) < 0.02) {
            for (int i = 0; i < scores.length; i++) {
                probabilities[i] = scores[i];
            }
            return probabilities;
        }
        double total = 0;
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] = Math.exp(scores[i] - most);
            total += probabilities[i];
        }
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] /= total;
        }
        return probabilities;
    }

    /** Returns the elements of the classification extension: {@code score:index:label} of each class. */
    static List<byte[]> strings(float[] scores, int count, List<String> labels) {
        List<byte[]> strings = new ArrayList<>();
        for (Ranked ranked : best(scores, count, labels)) {
            String label = ranked.label().isEmpty() ? "" : ":" + ranked.label();
            strings.add((ranked.score() + ":" + ranked.index() + label).getBytes(StandardCharsets.UTF_8));
        }
        return strings;
    }
}
