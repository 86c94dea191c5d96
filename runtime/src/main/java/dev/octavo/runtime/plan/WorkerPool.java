package dev.octavo.runtime.plan;

import dev.octavo.kernels.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help one caller with the units of a kernel. They spin for some tens of microseconds after a kernel, as the
 * next one of a run follows soon, and then park, so that an idle pool costs nothing.
 *
 * <p>The caller computes too, and waits only for workers that have begun: one that is late to wake up finds the job closed.
 * Results do not depend on who computes a unit. Nothing is allocated once the pool exists.
 */
public final class WorkerPool implements AutoCloseable {
    private static final int SPINS = 2_000;

    /** A worker that takes longer has lost its core, perhaps to the caller. */
    private static final long NAP_NANOS = 20_000;

    private static final VarHandle GATE;

    static {
        try {
            GATE = MethodHandles.lookup().findVarHandle(WorkerPool.class, "gate", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int JOINED_BITS = 16;
    private static final long JOINED_MASK = (1L << JOINED_BITS) - 1;

    /**
     * The number of the job, above the number of workers that joined it. A job is open while its number is odd; the fields
     * of the job are written before that, and by nobody while a worker that joined has not finished.
     */
    private volatile long gate;

    private final Thread[] workers;
    private final AtomicIntegerArray parked;
    private final UnitShares shares;
    private final AtomicInteger finished = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    private @Nullable Kernel kernel;
    private MemorySegment memory = MemorySegment.NULL;
    private long scratch;
    private long scratchBytes;

    /**
     * A pool for a number of threads.
     *
     * @param threads in all, the caller of {@link #run} included; at least 1
     */
    public WorkerPool(int threads) {
        workers = new Thread[threads - 1];
        parked = new AtomicIntegerArray(threads);
        shares = new UnitShares(threads);
        for (int i = 0; i < workers.length; i++) {
            int thread = i + 1;
            workers[i] =
                    Thread.ofPlatform().daemon().name("octavo-worker-" + thread).start(() -> work(thread));
        }
    }

    /**
     * Computes all units of a kernel. One call at a time.
     *
     * @param scratch offset in memory of {@code scratchBytes} bytes for each thread of the pool, one after the other
     */
    public void run(Kernel kernel, MemorySegment memory, long scratch, long scratchBytes) {
        int total = kernel.units();
        if (total == 1 || workers.length == 0) {
            kernel.run(memory, scratch);
            return;
        }
        this.kernel = kernel;
        this.memory = memory;
        this.scratch = scratch;
        this.scratchBytes = scratchBytes;
        shares.divide(total);
        finished.set(0);
        failure = null;
        long job = (gate >>> JOINED_BITS) + 1;
        gate = job << JOINED_BITS;
        for (int i = 0; i < workers.length; i++) {
            if (parked.get(i + 1) != 0) {
                LockSupport.unpark(workers[i]);
            }
        }
        try {
            compute(0, kernel);
        } finally {
            long joined = (long) GATE.getAndSet(this, (job + 1) << JOINED_BITS) & JOINED_MASK;
            for (int spins = 0; finished.get() != joined; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(this, NAP_NANOS);
                }
            }
        }
        Throwable thrown = failure;
        if (thrown != null) {
            throw new IllegalStateException("a worker failed in " + kernel.name(), thrown);
        }
    }

    /** Ends the threads. Not while {@link #run} is in progress. */
    @Override
    public void close() {
        closed = true;
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
    }

    private void work(int thread) {
        long last = 0;
        while (true) {
            long seen = await(thread, last);
            if (closed) {
                return;
            }
            if (!GATE.compareAndSet(this, seen, seen + 1)) {
                continue;
            }
            last = seen >>> JOINED_BITS;
            try {
                Kernel joined = kernel;
                if (joined != null) {
                    compute(thread, joined);
                }
            } catch (Throwable e) {
                failure = e;
            } finally {
                finished.incrementAndGet();
            }
        }
    }

    /** Waits for an open job other than {@code last}, or for the end. */
    private long await(int thread, long last) {
        int spins = 0;
        while (true) {
            long seen = gate;
            long job = seen >>> JOINED_BITS;
            if (closed || ((job & 1) != 0 && job != last)) {
                return seen;
            }
            if (spins++ < SPINS) {
                Thread.onSpinWait();
                continue;
            }
            parked.set(thread, 1);
            // Whoever opens a job after this read sees the mark, and unparks.
            if (gate == seen && !closed) {
                LockSupport.park(this);
            }
            parked.set(thread, 0);
            spins = 0;
        }
    }

    private void compute(int thread, Kernel job) {
        long own = scratch + thread * scratchBytes;
        for (long range = shares.take(thread); range != UnitShares.NONE; range = shares.take(thread)) {
            job.run(memory, own, UnitShares.from(range), UnitShares.end(range));
        }
    }
}
