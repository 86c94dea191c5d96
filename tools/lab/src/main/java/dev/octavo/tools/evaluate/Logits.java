package dev.octavo.tools.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Orders classes by their scores. Of equal scores the class with the smaller index comes first; NaN is below all. */
public final class Logits {
    private Logits() {}

    /** How many classes come before the given one: 0 if it has the highest score. */
    public static int rank(float[] logits, int label) {
        int before = 0;
        for (int i = 0; i < logits.length; i++) {
            if (precedes(logits, i, label)) {
                before++;
            }
        }
        return before;
    }

    /** The class with the highest score. */
    public static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (precedes(logits, i, best)) {
                best = i;
            }
        }
        return best;
    }

    /** The {@code count} best classes in order; all of them if there are fewer. */
    public static List<Integer> top(float[] logits, int count) {
        List<Integer> classes = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
            classes.add(i);
        }
        classes.sort((a, b) -> a.equals(b) ? 0 : precedes(logits, a, b) ? -1 : 1);
        return List.copyOf(classes.subList(0, Math.min(count, logits.length)));
    }

    /** Probabilities: {@code exp(z_i) / Σ exp(z_j)}; of scores that are probabilities already, these. */
    public static double[] probabilities(float[] logits) {
        if (areProbabilities(logits)) {
            double[] same = new double[logits.length];
            Arrays.setAll(same, i -> logits[i]);
            return same;
        }
        double largest = logits[best(logits)];
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i] - largest);
            sum += probabilities[i];
        }
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    /** Networks that end with a softmax answer with probabilities; no logits have a sum of 1 by chance. */
    private static boolean areProbabilities(float[] logits) {
        double sum = 0;
        for (float logit : logits) {
            if (!(logit >= 0)) {
                return false;
            }
            sum += logit;
        }
        return Math.abs(sum - 1) < 1e-3;
    }

    private static boolean precedes(float[] logits, int a, int b) {
        if (Float.isNaN(logits[a]) || Float.isNaN(logits[b])) {
            return Float.isNaN(logits[b]) && (!Float.isNaN(logits[a]) || a < b);
        }
        return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
    }
}
