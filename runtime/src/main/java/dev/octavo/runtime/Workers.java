package dev.octavo.runtime;

import dev.octavo.runtime.plan.WorkerPool;

/**
 * Threads that share the work of single runs. Any number of sessions, of any models, may share them by {@link
 * SessionOptions#withWorkers}: one run at a time is helped, by as many workers as there are threads beyond the runs in
 * progress, and the others compute alone. So sessions never keep more cores busy than there are threads here, or runs in
 * progress. Safe for use from many threads.
 *
 * <p>Workers spin for some tens of microseconds after an operation and then park, so that idle ones cost nothing. They are
 * daemon threads.
 */
public final class Workers implements AutoCloseable {
    private final WorkerPool pool;

    private Workers(WorkerPool pool) {
        this.pool = pool;
    }

    /**
     * Starts {@code threads} − 1 workers, which compute together with the thread that calls a run.
     *
     * @param threads in [1, 1024], the caller of a run included; the number of cores to use
     * @throws IllegalArgumentException if it is out of range
     */
    public static Workers of(int threads) {
        return new Workers(new WorkerPool(SessionOptions.checkedThreads(threads)));
    }

    /** Returns the number of threads that compute a run, its caller included. */
    public int threads() {
        return pool.threads();
    }

    WorkerPool pool() {
        return pool;
    }

    /** Ends the workers. Sessions that use them go on alone, and so does a run in progress. */
    @Override
    public void close() {
        pool.close();
    }

    @Override
    public String toString() {
        return "Workers[threads=" + threads() + "]";
    }
}
