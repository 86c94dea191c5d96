package dev.octavo.tools.quantize;

/**
 * SQuant (Guo et al., "SQuant: On-the-Fly Data-Free Quantization via Diagonal Hessian Approximation", ICLR 2022): rounds
 * the weights of a layer, one output channel after the other, with δ = q − x in units of the grid.
 *
 * <p>Unless weights are clipped, |δ| ≤ 0.5 after stage E; |Σδ| ≤ 0.5 per kernel and |δ| &lt; 1 after stage K; |Σδ| ≤ 0.5
 * per output channel and ≤ 1 per kernel after stage C, which moves at most one element of a kernel. Among equal errors
 * the element with the lower index moves. A weight outside of the grid never moves, and its clipping error is not
 * compensated by its neighbours.
 *
 * <p>Holds the scratch memory of one output channel: an instance belongs to one thread.
 */
final class SQuant {
    private static final double UP = 1;
    private static final double DOWN = -1;

    private final WeightShape shape;
    private final IntegerRange range;
    private final boolean balancesKernels;
    private final boolean balancesChannels;
    private final double[] x;
    private final double[] q;
    private final double[] delta;
    private final int[] upCandidates;
    private final int[] downCandidates;
    private final double[] errors;
    private int ups;
    private int downs;

    SQuant(WeightShape shape, IntegerRange range, WeightRounding rounding) {
        this.shape = shape;
        this.range = range;
        this.balancesKernels = rounding.balancesKernels() && shape.taps() > 1;
        this.balancesChannels = rounding.balancesChannels();
        int size = shape.weightsPerChannel();
        x = new double[size];
        q = new double[size];
        delta = new double[size];
        upCandidates = new int[size];
        downCandidates = new int[size];
        errors = new double[size];
    }

    /**
     * Rounds one output channel.
     *
     * @param weights all weights of the layer
     * @param scale of this channel, positive
     * @param quantized receives the channel's integers at their place among all
     */
    void round(float[] weights, int channel, float scale, byte[] quantized) {
        int offset = shape.offset(channel, 0);
        roundElements(weights, offset, scale);
        if (balancesKernels) {
            ups = 0;
            downs = 0;
            double sum = 0;
            for (int from = 0; from < x.length; from += shape.taps()) {
                sum += balanceKernel(from, from + shape.taps());
            }
            if (balancesChannels) {
                balanceChannel(sum);
            }
        } else if (balancesChannels) {
            double sum = sum(delta);
            nominateLargest(sum);
            balanceChannel(sum);
        }
        for (int i = 0; i < q.length; i++) {
            quantized[offset + i] = (byte) Math.clamp(q[i], range.low(), range.high());
        }
    }

    private void roundElements(float[] weights, int offset, double scale) {
        for (int i = 0; i < x.length; i++) {
            double value = weights[offset + i] / scale;
            double nearest = Math.rint(value);
            x[i] = value;
            q[i] = nearest;
            delta[i] = nearest - value;
        }
    }

    /** Stage K of one kernel; returns the sum of its errors, and nominates at most one element for stage C. */
    private double balanceKernel(int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += delta[i];
        }
        double direction = sum < 0 ? UP : DOWN;
        double magnitude = Math.abs(sum);
        int wanted = (int) Math.rint(magnitude);
        int flips = 0;
        int last = -1;
        while (flips < wanted) {
            int next = largestError(from, to, direction);
            if (next < 0) {
                break;
            }
            flip(next, direction);
            last = next;
            flips++;
        }
        if (flips >= magnitude) {
            // The residual has changed its sign: what stage C may do here is to take the last flip back.
            if (last >= 0) {
                nominate(last, -direction);
            }
        } else if (balancesChannels) {
            int next = largestError(from, to, direction);
            if (next >= 0) {
                nominate(next, direction);
            }
        }
        return sum + direction * flips;
    }

    /**
     * Nominates elements of which each is a kernel: as few as surely contain those that stage C flips. Errors are about
     * uniform, which tells where the largest of them begin; if that fails, all are nominated.
     */
    private void nominateLargest(double sum) {
        double direction = sum < 0 ? UP : DOWN;
        double flips = Math.rint(Math.abs(sum));
        double expected = 2 * flips + 16;
        if (nominate(direction, 0.5 - expected / x.length) < flips) {
            nominate(direction, 0);
        }
    }

    /** Nominates all movable elements whose error exceeds a bound; returns how many there are. */
    private int nominate(double direction, double bound) {
        double least = Math.max(0, bound);
        ups = 0;
        downs = 0;
        for (int i = 0; i < x.length; i++) {
            if (-direction * delta[i] > least && movable(i, direction)) {
                nominate(i, direction);
            }
        }
        return ups + downs;
    }

    private static double sum(double[] values) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < values.length; i += 2) {
            even += values[i];
            odd += values[i + 1];
        }
        return even + (i < values.length ? odd + values[i] : odd);
    }

    /** Stage C: flips the candidates of largest error, as many as bring the sum of all errors within half a step. */
    private void balanceChannel(double sum) {
        double direction = sum < 0 ? UP : DOWN;
        int[] candidates = sum < 0 ? upCandidates : downCandidates;
        int count = sum < 0 ? ups : downs;
        int flips = (int) Math.min(Math.rint(Math.abs(sum)), count);
        if (flips == 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            errors[i] = Math.abs(delta[candidates[i]]);
        }
        double threshold = Selection.largest(errors, count, flips);
        int above = 0;
        for (int i = 0; i < count; i++) {
            if (Math.abs(delta[candidates[i]]) > threshold) {
                above++;
            }
        }
        int ties = flips - above;
        for (int i = 0; i < count; i++) {
            double error = Math.abs(delta[candidates[i]]);
            if (error > threshold || (error == threshold && ties-- > 0)) {
                flip(candidates[i], direction);
            }
        }
    }

    /**
     * The movable element of largest error in [from, to), or −1. Errors are compared by their bits, in the order of
     * positive numbers: that takes no branch, and which error is the largest cannot be predicted.
     */
    private int largestError(int from, int to, double direction) {
        double bound = direction == UP ? range.high() : -range.low();
        long largest = 0;
        for (int i = from; i < to; i++) {
            long towards = Double.doubleToRawLongBits(-direction * delta[i]);
            largest = Math.max(largest, direction * x[i] < bound ? towards : 0);
        }
        if (largest == 0) {
            return -1;
        }
        int i = from;
        while (Double.doubleToRawLongBits(-direction * delta[i]) != largest || direction * x[i] >= bound) {
            i++;
        }
        return i;
    }

    /** Whether the element was rounded against the direction and has a neighbour on the grid there. */
    private boolean movable(int i, double direction) {
        return direction == UP ? delta[i] < 0 && x[i] < range.high() : delta[i] > 0 && x[i] > range.low();
    }

    private void flip(int i, double direction) {
        q[i] += direction;
        delta[i] += direction;
    }

    private void nominate(int i, double direction) {
        if (direction == UP) {
            upCandidates[ups++] = i;
        } else {
            downCandidates[downs++] = i;
        }
    }
}
