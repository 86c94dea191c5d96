package dev.octavo.runtime;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a session runs.
 *
 * @param kernels the tier that computes; every tier gives the same bytes
 * @param batch images per run, at least 1
 * @param threads in [1, 1024] that share the work of one run, the caller's included. Without {@code workers}, each session of
 *     more than one has workers of its own, so that sessions do not wait for each other
 * @param profiling whether each operation is timed
 * @param workers shared with other sessions, or null
 * @param deadline how long a run may take before it ends with a {@link DeadlineExceededException}, or null for as long as it
 *     needs
 * @param outputs names of the outputs that a run gives, in this order, and no other operations are computed than those they
 *     need; empty for all outputs of the model
 */
public record SessionOptions(
        KernelSet kernels,
        int batch,
        int threads,
        boolean profiling,
        @Nullable Workers workers,
        @Nullable Duration deadline,
        List<String> outputs) {
    private static final int MAX_THREADS = 1024;

    /** Checks the ranges. */
    public SessionOptions {
        if (batch < 1) {
            throw new IllegalArgumentException("batch " + batch + " is below 1");
        }
        checkedThreads(threads);
        if (workers != null && workers.threads() != threads) {
            throw new IllegalArgumentException(threads + " threads with workers for " + workers.threads());
        }
        if (deadline != null && (deadline.isNegative() || deadline.isZero())) {
            throw new IllegalArgumentException("deadline " + deadline + " is not positive");
        }
        outputs = List.copyOf(outputs);
    }

    static int checkedThreads(int threads) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads " + threads + " is outside [1, " + MAX_THREADS + "]");
        }
        return threads;
    }

    /**
     * Returns the best kernels of this machine, or those that {@link KernelSets#PROPERTY} names, for one image on one thread.
     *
     * @throws IllegalArgumentException if the property names no tier
     * @throws IllegalStateException if the tier it names cannot be used, with the reason
     */
    public static SessionOptions defaults() {
        return new SessionOptions(KernelSets.select(), 1, 1, false, null, null, List.of());
    }

    /** Returns these options with other kernels. */
    public SessionOptions withKernels(KernelSet newKernels) {
        return new SessionOptions(newKernels, batch, threads, profiling, workers, deadline, outputs);
    }

    /** Returns these options with another number of images per run. */
    public SessionOptions withBatch(int newBatch) {
        return new SessionOptions(kernels, newBatch, threads, profiling, workers, deadline, outputs);
    }

    /** Returns these options with another number of threads, workers of the session's own. */
    public SessionOptions withThreads(int newThreads) {
        return new SessionOptions(kernels, batch, newThreads, profiling, null, deadline, outputs);
    }

    /** Returns these options with or without timing. */
    public SessionOptions withProfiling(boolean newProfiling) {
        return new SessionOptions(kernels, batch, threads, newProfiling, workers, deadline, outputs);
    }

    /** Returns these options with workers that sessions share, and as many threads. */
    public SessionOptions withWorkers(Workers newWorkers) {
        return new SessionOptions(kernels, batch, newWorkers.threads(), profiling, newWorkers, deadline, outputs);
    }

    /** Returns these options with a positive limit to the time of a run. */
    public SessionOptions withDeadline(Duration newDeadline) {
        return new SessionOptions(kernels, batch, threads, profiling, workers, newDeadline, outputs);
    }

    /** Returns these options with a choice of outputs, by name; of all without names. */
    public SessionOptions withOutputs(String... names) {
        return new SessionOptions(kernels, batch, threads, profiling, workers, deadline, List.of(names));
    }
}
