package dev.octavo.tools.study;

import dev.octavo.tools.evaluate.Logits;

/**
 * How the answers of a quantized network compare with those of the float network on the same pictures. Standard errors of
 * differences are paired: what counts is on how many pictures the two differ, which is far less than how many differ from
 * the truth.
 *
 * @param top1 part of the pictures that are classified rightly
 * @param loss top-1 of the float network less this one
 * @param lossError standard error of the loss
 * @param agreement part of the pictures on which both answer the same class
 * @param agreementError its standard error
 * @param sqnrDb 10·log10(Σ z² / Σ (z − z')²) over all logits
 */
public record Measurement(
        double top1, double loss, double lossError, double agreement, double agreementError, double sqnrDb) {
    /**
     * Compares logits.
     *
     * @param actual logits of each picture
     * @param reference the float network's
     * @param labels the right classes
     */
    static Measurement of(float[][] actual, float[][] reference, int[] labels) {
        int images = labels.length;
        int right = 0;
        int lost = 0;
        int won = 0;
        int agreeing = 0;
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < images; i++) {
            int answer = Logits.best(actual[i]);
            int expected = Logits.best(reference[i]);
            right += answer == labels[i] ? 1 : 0;
            lost += expected == labels[i] && answer != labels[i] ? 1 : 0;
            won += expected != labels[i] && answer == labels[i] ? 1 : 0;
            agreeing += answer == expected ? 1 : 0;
            for (int c = 0; c < actual[i].length; c++) {
                double difference = (double) reference[i][c] - actual[i][c];
                signal += (double) reference[i][c] * reference[i][c];
                noise += difference * difference;
            }
        }
        double loss = (double) (lost - won) / images;
        double agreement = (double) agreeing / images;
        return new Measurement(
                (double) right / images,
                loss,
                standardError((double) (lost + won) / images - loss * loss, images),
                agreement,
                standardError(agreement * (1 - agreement), images),
                noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise));
    }

    /** Standard error of the mean of so many samples. */
    static double standardError(double variance, int samples) {
        return samples < 2 ? 0 : Math.sqrt(variance / (samples - 1));
    }
}
