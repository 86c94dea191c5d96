package dev.octavo.tools.demo.training;

import dev.octavo.tools.demo.DrawnSigns;
import dev.octavo.tools.demo.DrawnSigns.Split;

/** How the stored model was trained: every picture is drawn for one step and never seen again. */
final class SignTraining {
    static final int STEPS = 4000;
    static final int BATCH = 64;

    private static final long SEED = 1;
    private static final int WARM_UP = 100;
    private static final double PEAK_RATE = 0.1;
    private static final double MOMENTUM = 0.9;
    private static final double DECAY = 5e-4;
    private static final double SMOOTHING = 0.05;
    private static final int REPORT_EVERY = 100;

    private static final System.Logger LOG = System.getLogger(SignTraining.class.getName());

    private SignTraining() {}

    /** A network after {@code steps} steps, each on {@code batch} pictures of the training split. */
    static SignNetwork train(int steps, int batch) {
        var network = new SignNetwork(SEED);
        var pictures = new DrawnSigns(Split.TRAIN, SEED);
        var entropy = new CrossEntropy(SMOOTHING);
        var descent = new Descent(network.layers.parameters(), PEAK_RATE, MOMENTUM, DECAY, WARM_UP, steps);
        double recent = 0;
        for (int step = 0; step < steps; step++) {
            long first = (long) step * batch;
            int[] labels = new int[batch];
            for (int image = 0; image < batch; image++) {
                labels[image] = pictures.label(first + image);
            }
            Batch logits = network.forward(pictures, first, batch, true);
            CrossEntropy.Loss loss = entropy.of(logits, labels);
            network.layers.backward(loss.gradient());
            descent.step(step);
            recent += loss.mean() / REPORT_EVERY;
            if ((step + 1) % REPORT_EVERY == 0) {
                LOG.log(System.Logger.Level.INFO, "step {0} of {1}, loss {2}", step + 1, steps, recent);
                recent = 0;
            }
        }
        return network;
    }
}
