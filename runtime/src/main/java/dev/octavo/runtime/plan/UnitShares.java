package dev.octavo.runtime.plan;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The units of a kernel, divided among threads. A thread begins with the same part of every kernel, and so finds in its cache
 * what it wrote before; one that is done takes from the end of what others have left. Ranges get shorter towards the end, so
 * that all threads end together.
 */
final class UnitShares {
    /** What none of the threads is left. */
    static final long NONE = 0;

    /** Longs between shares, so that no two of them lie in neighbouring cache lines. */
    private static final int STRIDE = 16;

    private final int threads;
    private final AtomicLongArray shares;

    UnitShares(int threads) {
        this.threads = threads;
        this.shares = new AtomicLongArray((threads + 1) * STRIDE);
    }

    /** Gives each thread its part. Not while others {@link #take}. */
    void divide(int units) {
        for (int thread = 0; thread < threads; thread++) {
            shares.setPlain(place(thread), range((int) ((long) units * thread / threads), (int)
                    ((long) units * (thread + 1) / threads)));
        }
    }

    /** A range of units for a thread to compute, or {@link #NONE}. */
    long take(int thread) {
        long own = takeHalf(thread, true);
        for (int i = 1; i < threads && own == NONE; i++) {
            own = takeHalf((thread + i) % threads, false);
        }
        return own;
    }

    /** First unit of a range. */
    static int from(long range) {
        return (int) range;
    }

    /** End of a range. */
    static int end(long range) {
        return (int) (range >>> Integer.SIZE);
    }

    private long takeHalf(int thread, boolean front) {
        int place = place(thread);
        long seen = shares.get(place);
        while (from(seen) < end(seen)) {
            int count = (end(seen) - from(seen) + 1) / 2;
            int middle = front ? from(seen) + count : end(seen) - count;
            long first = range(from(seen), middle);
            long second = range(middle, end(seen));
            long before = shares.compareAndExchange(place, seen, front ? second : first);
            if (before == seen) {
                return front ? first : second;
            }
            seen = before;
        }
        return NONE;
    }

    private static int place(int thread) {
        return (thread + 1) * STRIDE;
    }

    private static long range(int from, int end) {
        return (long) end << Integer.SIZE | from;
    }
}
