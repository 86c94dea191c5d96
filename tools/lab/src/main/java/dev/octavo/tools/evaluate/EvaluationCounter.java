package dev.octavo.tools.evaluate;

import java.util.OptionalDouble;

/** Collects the answers of a model, and of a reference, picture by picture. */
public final class EvaluationCounter {
    private static final int TOP = 5;

    private int images;
    private int compared;
    private int right;
    private int rightInTop;
    private int agreeing;
    private int referenceRight;
    private double signal;
    private double noise;

    /** Counts a picture that only the model has seen. */
    public void add(int label, float[] logits) {
        int rank = Logits.rank(logits, label);
        images++;
        right += rank == 0 ? 1 : 0;
        rightInTop += rank < TOP ? 1 : 0;
    }

    /** Counts a picture that the reference has seen as well. */
    public void add(int label, float[] logits, float[] reference) {
        if (logits.length != reference.length) {
            throw new IllegalArgumentException("the models cannot be compared: one has " + logits.length
                    + " classes, the other " + reference.length);
        }
        add(label, logits);
        compared++;
        agreeing += Logits.best(logits) == Logits.best(reference) ? 1 : 0;
        referenceRight += Logits.rank(reference, label) == 0 ? 1 : 0;
        for (int i = 0; i < logits.length; i++) {
            double difference = (double) reference[i] - logits[i];
            signal += (double) reference[i] * reference[i];
            noise += difference * difference;
        }
    }

    /** The result so far; there must be a picture. */
    public Evaluation evaluation() {
        if (images == 0) {
            throw new IllegalStateException("no pictures were counted");
        }
        return new Evaluation(
                images,
                (double) right / images,
                (double) rightInTop / images,
                ofCompared((double) agreeing / compared),
                ofCompared((double) referenceRight / compared),
                ofCompared(noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise)));
    }

    private OptionalDouble ofCompared(double value) {
        return compared == 0 ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
