package dev.octavo.tools.quantize;

/**
 * Stage C of SQuant on one output channel: of the elements nominated for it, moves those of largest error, as many as bring
 * the sum of all errors of the channel within half a step. Among equal errors the one nominated first moves.
 *
 * <p>An instance belongs to one thread and serves one channel after the other.
 */
final class ChannelBalance {
    private final int[] chosen;
    private final double[] errors;

    /** For channels with so many nominees. */
    ChannelBalance(int nominees) {
        chosen = new int[nominees];
        errors = new double[nominees];
    }

    /**
     * Moves the elements.
     *
     * @param sum of all errors of the channel
     * @param nominees their errors q − x, against which they may move; 0 stands for none
     * @param places where in the channel they stand
     * @param q integers of the channel
     */
    void balance(double sum, double[] nominees, int[] places, double[] q) {
        int wanted = (int) Math.rint(Math.abs(sum));
        if (wanted == 0) {
            return;
        }
        int step = sum < 0 ? 1 : -1;
        // Errors are about uniform, which tells where the largest begin; if that fails, all are looked at.
        int count = choose(nominees, step, 0.5 - (2.0 * wanted + 16) / nominees.length);
        if (count < wanted) {
            count = choose(nominees, step, 0);
        }
        int moves = Math.min(wanted, count);
        if (moves == 0) {
            return;
        }
        double threshold = Selection.largest(errors, count, moves);
        int above = 0;
        for (int i = 0; i < count; i++) {
            if (errors[i] > threshold) {
                above++;
            }
        }
        int ties = moves - above;
        for (int i = 0; i < count; i++) {
            double error = -step * nominees[chosen[i]];
            if (error > threshold || (error == threshold && ties-- > 0)) {
                q[places[chosen[i]]] += step;
            }
        }
    }

    /** Collects the nominees that can make a step and whose errors exceed a bound; returns how many there are. */
    private int choose(double[] nominees, int step, double bound) {
        double least = Math.max(0, bound);
        int count = 0;
        for (int i = 0; i < nominees.length; i++) {
            double error = -step * nominees[i];
            if (error > least) {
                chosen[count] = i;
                errors[count++] = error;
            }
        }
        return count;
    }
}
