package dev.octavo.tools.tasks;

/** Functions that turn logits into scores. */
final class Scores {
    private Scores() {}

    static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /**
     * Whether elements are logits rather than probabilities. Thousands of boxes never have logits in [0, 1] alone.
     *
     * @param first of the elements in a row of the last dimension
     * @param end after the last one
     */
    static boolean areLogits(ModelOutput output, int first, int end) {
        int width = output.size(-1);
        for (int at = 0; at < output.elements(); at += width) {
            for (int i = at + first; i < at + end; i++) {
                float value = output.get(i);
                if (value < -1e-4f || value > 1 + 1e-4f) {
                    return true;
                }
            }
        }
        return false;
    }

    static double score(float value, boolean logit) {
        return logit ? sigmoid(value) : value;
    }
}
