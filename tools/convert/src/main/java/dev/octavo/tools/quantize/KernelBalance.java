package dev.octavo.tools.quantize;

/**
 * Stage K of SQuant on the kernels of one output channel: moves elements of a kernel, the largest error first, until their
 * errors sum to at most a half. The element with which the sum passes zero, moved or not, is nominated for stage C.
 *
 * <p>Kernels are short, and which of their errors is the largest cannot be predicted. So they are taken side by side, tap by
 * tap, and their two largest errors, which nearly always suffice, are found by minima and maxima: C2 turns that into
 * vector instructions. An instance belongs to one thread.
 */
final class KernelBalance {
    /** Kernels taken side by side. */
    private static final int LANES = 64;

    private static final long SIGN = Long.MIN_VALUE;

    private final int taps;
    /** The bits of a key that tell its tap. */
    private final long tapMask;

    /** {@code [taps][LANES]}, as the next. */
    private final double[] errors;

    private final double[] movable;
    private final double[] sums = new double[LANES];
    private final long[] largest = new long[LANES];
    private final long[] second = new long[LANES];
    private final double[] nominees;
    private final int[] places;

    /** For channels of so many kernels with so many taps. */
    KernelBalance(int kernels, int taps) {
        this.taps = taps;
        tapMask = 2L * Integer.highestOneBit(taps) - 1;
        errors = new double[taps * LANES];
        movable = new double[taps * LANES];
        nominees = new double[kernels];
        places = new int[kernels];
    }

    /** Of every kernel the error, after this stage, of the element that stage C may move; 0 where there is none. */
    double[] nominees() {
        return nominees;
    }

    /** Where in the channel the nominees stand. */
    int[] places() {
        return places;
    }

    /**
     * Balances one channel.
     *
     * @param channelErrors q − x of all its weights
     * @param channelMovable the same, 0 where a weight may not move; the same array if all may
     * @param q its integers
     * @return the sum of the errors that are left
     */
    @SuppressWarnings("ReferenceEquality")
    double balance(double[] channelErrors, double[] channelMovable, double[] q) {
        double sum = 0;
        for (int kernel = 0; kernel < places.length; kernel += LANES) {
            int lanes = Math.min(LANES, places.length - kernel);
            transpose(channelErrors, kernel * taps, taps, lanes, errors);
            double[] candidates = errors;
            if (channelMovable != channelErrors) {
                candidates = movable;
                transpose(channelMovable, kernel * taps, taps, lanes, candidates);
            }
            sum(errors, taps, sums);
            rank(candidates, taps, tapMask, sums, largest, second);
            for (int lane = 0; lane < lanes; lane++) {
                sum += balance(kernel + lane, lane, candidates, q);
            }
        }
        return sum;
    }

    private double balance(int kernel, int lane, double[] candidates, double[] q) {
        double sum = sums[lane];
        double magnitude = Math.abs(sum);
        int wanted = (int) Math.rint(magnitude);
        int last = (int) Math.ceil(magnitude);
        int step = sum < 0 ? 1 : -1;
        long sign = Double.doubleToRawLongBits(sum) & SIGN;
        double nominee = 0;
        int place = kernel * taps;
        long key = largest[lane];
        for (int rank = 1; rank <= last; rank++) {
            if (key <= tapMask) {
                nominee = 0;
                break;
            }
            int tap = (int) (tapMask - (key & tapMask));
            // No branch: whether the last one moves is a matter of chance.
            int move = rank <= wanted ? step : 0;
            place = kernel * taps + tap;
            nominee = candidates[tap * LANES + lane] + move;
            q[place] += move;
            sum += move;
            if (rank < last) {
                key = rank == 1 ? second[lane] : largestBelow(key, lane, sign, candidates);
            }
        }
        nominees[kernel] = nominee;
        places[kernel] = place;
        return sum;
    }

    private static void transpose(double[] channel, int from, int taps, int lanes, double[] transposed) {
        for (int lane = 0; lane < lanes; lane++) {
            for (int tap = 0; tap < taps; tap++) {
                transposed[tap * LANES + lane] = channel[from + lane * taps + tap];
            }
        }
    }

    private static void sum(double[] errors, int taps, double[] sums) {
        for (int lane = 0; lane < LANES; lane++) {
            sums[lane] = 0;
        }
        for (int tap = 0; tap < taps; tap++) {
            for (int lane = 0; lane < LANES; lane++) {
                sums[lane] += errors[tap * LANES + lane];
            }
        }
    }

    /** Finds the two largest keys of every kernel. */
    private static void rank(
            double[] candidates, int taps, long tapMask, double[] sums, long[] largest, long[] second) {
        for (int lane = 0; lane < LANES; lane++) {
            largest[lane] = 0;
            second[lane] = 0;
        }
        for (int tap = 0; tap < taps; tap++) {
            for (int lane = 0; lane < LANES; lane++) {
                long sign = Double.doubleToRawLongBits(sums[lane]) & SIGN;
                long key = key(candidates[tap * LANES + lane], sign, tap, tapMask);
                second[lane] = Math.max(second[lane], Math.min(largest[lane], key));
                largest[lane] = Math.max(largest[lane], key);
            }
        }
    }

    private long largestBelow(long bound, int lane, long sign, double[] candidates) {
        long next = 0;
        for (int tap = 0; tap < taps; tap++) {
            long key = key(candidates[tap * LANES + lane], sign, tap, tapMask);
            next = Math.max(next, key < bound ? key : 0);
        }
        return next;
    }

    /**
     * What elements of a kernel are compared by: the error, where its sign is that of the sum, as the bits of a positive
     * number, with the tap in the last of them. So no two are alike, the first of errors that differ in no other bit has the
     * largest, and that of an element that cannot move against the sum is at most the mask.
     */
    private static long key(double error, long sign, int tap, long tapMask) {
        return ((Double.doubleToRawLongBits(error) ^ sign) & ~tapMask) | (tapMask - tap);
    }
}
