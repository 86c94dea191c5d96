package dev.octavo.runtime;

import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.tiers.KernelSets;

/**
 * How a session runs.
 *
 * @param kernels the tier that computes; every tier gives the same bytes
 * @param batch images per run
 * @param threads that share the work of one run, the caller's included. Each session of more than one has workers of its
 *     own, so that sessions do not wait for each other; they spin shortly after each operation and park when idle
 * @param profiling whether each operation is timed
 */
public record SessionOptions(KernelSet kernels, int batch, int threads, boolean profiling) {
    /** Checks the ranges. */
    public SessionOptions {
        if (batch < 1) {
            throw new IllegalArgumentException("batch " + batch + " is below 1");
        }
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads " + threads + " is outside [1, " + MAX_THREADS + "]");
        }
    }

    private static final int MAX_THREADS = 1024;

    /** The best kernels of this machine, or those that {@link KernelSets#PROPERTY} names; one image, one thread. */
    public static SessionOptions defaults() {
        return new SessionOptions(KernelSets.select(), 1, 1, false);
    }

    /** The same with other kernels. */
    public SessionOptions withKernels(KernelSet newKernels) {
        return new SessionOptions(newKernels, batch, threads, profiling);
    }

    /** The same with another number of images per run. */
    public SessionOptions withBatch(int newBatch) {
        return new SessionOptions(kernels, newBatch, threads, profiling);
    }

    /** The same with another number of threads. */
    public SessionOptions withThreads(int newThreads) {
        return new SessionOptions(kernels, batch, newThreads, profiling);
    }

    /** The same with or without timing. */
    public SessionOptions withProfiling(boolean newProfiling) {
        return new SessionOptions(kernels, batch, threads, newProfiling);
    }
}
