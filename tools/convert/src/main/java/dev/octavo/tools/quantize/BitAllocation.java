package dev.octavo.tools.quantize;

import java.util.Arrays;

/**
 * Shares a budget of bits out among tensors, so that the sum of their noises is least. Each step spends bits where they
 * take away most noise per bit of storage; that is the optimum for every budget that it hits exactly (Everett's Lagrange
 * multipliers, on the convex hull of each tensor's noise over its bits).
 */
public final class BitAllocation {
    /** The least bits of a grid that has a positive and a negative step. */
    public static final int LEAST_BITS = 2;

    private BitAllocation() {}

    /**
     * The bits of each tensor.
     *
     * @param noise of each tensor with {@link #LEAST_BITS} bits, and with each further bit; all of the same length
     * @param sizes elements of each tensor
     * @param average most bits per element, over all tensors
     */
    public static int[] of(double[][] noise, long[] sizes, double average) {
        int[] bits = new int[sizes.length];
        Arrays.fill(bits, LEAST_BITS);
        double left = (average - LEAST_BITS) * Arrays.stream(sizes).sum();
        while (true) {
            int best = -1;
            int bestBits = 0;
            double mostGain = 0;
            for (int t = 0; t < bits.length; t++) {
                for (int b = bits[t] + 1; b - LEAST_BITS < noise[t].length; b++) {
                    double cost = (double) (b - bits[t]) * sizes[t];
                    double gain = (noise[t][bits[t] - LEAST_BITS] - noise[t][b - LEAST_BITS]) / cost;
                    if (cost <= left && gain > mostGain) {
                        mostGain = gain;
                        best = t;
                        bestBits = b;
                    }
                }
            }
            if (best < 0) {
                return bits;
            }
            left -= (double) (bestBits - bits[best]) * sizes[best];
            bits[best] = bestBits;
        }
    }
}
