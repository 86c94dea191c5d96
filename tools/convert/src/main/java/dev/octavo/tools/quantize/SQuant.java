package dev.octavo.tools.quantize;

import java.util.stream.IntStream;

/**
 * SQuant (Guo et al., "SQuant: On-the-Fly Data-Free Quantization via Diagonal Hessian Approximation", ICLR 2022): rounds
 * the weights of a layer, one output channel after the other, with δ = q − x in units of the grid.
 *
 * <p>Unless weights are clipped, |δ| ≤ 0.5 after stage E; |Σδ| ≤ 0.5 per kernel and |δ| &lt; 1 after stage K; |Σδ| ≤ 0.5
 * per output channel and ≤ 1 per kernel after stage C, which moves at most one element of a kernel. Among equal errors
 * the element with the lower index moves. A weight outside of the grid never moves, and its clipping error is not
 * compensated by its neighbours.
 *
 * <p>Elements move by one, against their error: the sign of δ tells where to. Methods that pass once over a channel are
 * static and take arrays, which is what C2 needs to turn them into vector instructions.
 *
 * <p>Holds the scratch memory of one output channel: an instance belongs to one thread.
 */
final class SQuant {
    private final WeightShape shape;
    private final IntegerRange range;
    private final boolean balancesKernels;
    private final boolean balancesChannels;
    /** Integers of the channel, not yet held within the grid. */
    private final double[] q;

    private final double[] delta;
    /** Room for δ where some weights may not move. */
    private final double[] frozen;

    private final KernelBalance kernels;
    private final ChannelBalance channel;
    private final int[] places;

    SQuant(WeightShape shape, IntegerRange range, WeightRounding rounding) {
        this.shape = shape;
        this.range = range;
        this.balancesKernels = rounding.balancesKernels() && shape.taps() > 1;
        this.balancesChannels = rounding.balancesChannels();
        int size = shape.weightsPerChannel();
        q = new double[size];
        delta = new double[size];
        frozen = new double[size];
        kernels = new KernelBalance(shape.kernels(), shape.taps());
        places = balancesKernels ? kernels.places() : IntStream.range(0, size).toArray();
        channel = new ChannelBalance(places.length);
    }

    /**
     * Rounds one output channel.
     *
     * @param weights all weights of the layer
     * @param scale of this channel, positive
     * @param quantized receives the channel's integers at their place among all
     */
    void round(float[] weights, int outputChannel, float scale, byte[] quantized) {
        int offset = shape.offset(outputChannel, 0);
        roundElements(weights, offset, scale, q, delta);
        if (balancesKernels) {
            double sum = kernels.balance(delta, movable(), q);
            if (balancesChannels) {
                channel.balance(sum, kernels.nominees(), places, q);
            }
        } else if (balancesChannels) {
            channel.balance(sum(delta), movable(), places, q);
        }
        store(q, range.low(), range.high(), quantized, offset);
    }

    private static void roundElements(float[] weights, int offset, double scale, double[] q, double[] delta) {
        for (int i = 0; i < q.length; i++) {
            double x = weights[offset + i] / scale;
            double nearest = Math.rint(x);
            q[i] = nearest;
            delta[i] = nearest - x;
        }
    }

    /** δ where a weight may move against it, 0 where that would lead away from the grid. */
    private double[] movable() {
        double low = range.low();
        double high = range.high();
        for (int i = 0; i < q.length; i++) {
            if (leavesGrid(i, low, high)) {
                return freeze(i, low, high);
            }
        }
        return delta;
    }

    private double[] freeze(int first, double low, double high) {
        System.arraycopy(delta, 0, frozen, 0, delta.length);
        for (int i = first; i < q.length; i++) {
            if (leavesGrid(i, low, high)) {
                frozen[i] = 0;
            }
        }
        return frozen;
    }

    private boolean leavesGrid(int i, double low, double high) {
        return (q[i] >= high && delta[i] < 0) || (q[i] <= low && delta[i] > 0);
    }

    private static void store(double[] q, double low, double high, byte[] quantized, int offset) {
        for (int i = 0; i < q.length; i++) {
            quantized[offset + i] = (byte) (int) Math.min(Math.max(q[i], low), high);
        }
    }

    private static double sum(double[] values) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < values.length; i += 4) {
            a += values[i];
            b += values[i + 1];
            c += values[i + 2];
            d += values[i + 3];
        }
        for (; i < values.length; i++) {
            a += values[i];
        }
        return a + b + (c + d);
    }
}
