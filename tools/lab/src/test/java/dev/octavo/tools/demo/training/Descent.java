package dev.octavo.tools.demo.training;

import java.util.Arrays;
import java.util.List;

/**
 * Stochastic gradient descent with Nesterov momentum and weight decay; the rate rises linearly over the first steps and
 * then falls along half a cosine to zero (Loshchilov and Hutter, "SGDR", 2017).
 *
 * @param peakRate the largest rate
 * @param warmUp steps until it is reached
 * @param steps all steps
 */
record Descent(List<Parameter> parameters, double peakRate, double momentum, double decay, int warmUp, int steps) {
    /** The rate at {@code step}, counted from 0. */
    double rate(int step) {
        if (step < warmUp) {
            return peakRate * (step + 1) / warmUp;
        }
        return peakRate * 0.5 * (1 + StrictMath.cos(Math.PI * (step - warmUp) / (steps - warmUp)));
    }

    /** Moves every parameter against its gradient, and clears the gradients. */
    void step(int step) {
        float rate = (float) rate(step);
        float keep = (float) momentum;
        for (Parameter parameter : parameters) {
            float pull = parameter.decays ? (float) decay : 0;
            float[] value = parameter.value;
            float[] gradient = parameter.gradient;
            float[] velocity = parameter.velocity;
            for (int i = 0; i < value.length; i++) {
                float slope = gradient[i] + pull * value[i];
                velocity[i] = keep * velocity[i] + slope;
                value[i] -= rate * (slope + keep * velocity[i]);
            }
            Arrays.fill(gradient, 0);
        }
    }
}
