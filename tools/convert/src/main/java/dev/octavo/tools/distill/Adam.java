package dev.octavo.tools.distill;

/** Adam (Kingma and Ba, ICLR 2015), with a rate that is divided by ten whenever the loss has not fallen for a while. */
final class Adam {
    private static final double FIRST_DECAY = 0.9;
    private static final double SECOND_DECAY = 0.999;
    private static final double EPSILON = 1e-8;
    private static final int PATIENCE = 100;
    private static final double LEAST_FALL = 1e-4;

    private final float[] first;
    private final float[] second;
    private final double leastRate;
    private double rate;
    private double firstPower = 1;
    private double secondPower = 1;
    private double least = Double.POSITIVE_INFINITY;
    private int waited;

    Adam(int size, double rate, double leastRate) {
        this.first = new float[size];
        this.second = new float[size];
        this.rate = rate;
        this.leastRate = leastRate;
    }

    /** One step down the gradient. */
    void step(float[] values, float[] gradient, double loss) {
        firstPower *= FIRST_DECAY;
        secondPower *= SECOND_DECAY;
        float size = (float) (rate / (1 - firstPower));
        float correction = (float) (1 / (1 - secondPower));
        for (int i = 0; i < values.length; i++) {
            first[i] = (float) (FIRST_DECAY * first[i] + (1 - FIRST_DECAY) * gradient[i]);
            second[i] = (float) (SECOND_DECAY * second[i] + (1 - SECOND_DECAY) * gradient[i] * gradient[i]);
            values[i] -= size * first[i] / ((float) Math.sqrt(second[i] * correction) + (float) EPSILON);
        }
        if (loss < least * (1 - LEAST_FALL)) {
            least = loss;
            waited = 0;
        } else if (++waited > PATIENCE) {
            rate = Math.max(leastRate, rate / 10);
            waited = 0;
        }
    }
}
