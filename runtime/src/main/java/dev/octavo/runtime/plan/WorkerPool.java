package dev.octavo.runtime.plan;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help callers with the units of a kernel, one caller at a time: another one that comes meanwhile computes alone. They spin for some tens of microseconds after a kernel, as the
 * next one of a run follows soon, and then park, so that an idle pool costs nothing.
 *
 * <p>While several callers are {@linkplain #enter running}, so many fewer workers help, and all of them together never keep
 * more cores busy than the pool has threads, or there are callers.
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

    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicInteger callers = new AtomicInteger();

    /** How many workers may join the job. */
    private int helpers;

    private @Nullable Step step;
    private RunControl control = RunControl.ENDLESS;
    private MemorySegment memory = MemorySegment.NULL;
    private long scratch;
    private long scratchBytes;

    /**
     * Starts the workers.
     *
     * @param threads in all, the caller of {@link #run} included; at least 1
     */
    public WorkerPool(int threads) {
        this(threads, Thread.ofPlatform().daemon().name("octavo-worker-", 1).factory());
    }

    /**
     * Starts the workers.
     *
     * @param threads in all, the caller of {@link #run} included; at least 1
     * @param factory makes them; if it fails, those that it made end
     */
    public WorkerPool(int threads, ThreadFactory factory) {
        workers = new Thread[threads - 1];
        parked = new AtomicIntegerArray(threads);
        shares = new UnitShares(threads);
        try {
            for (int i = 0; i < workers.length; i++) {
                int thread = i + 1;
                workers[i] = factory.newThread(() -> work(thread));
                workers[i].start();
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Returns how many threads compute at most, a caller included. */
    public int threads() {
        return workers.length + 1;
    }

    /** Begins a run, of which {@link #run} computes the steps. */
    public void enter() {
        callers.incrementAndGet();
    }

    /** Ends a run. */
    public void leave() {
        callers.decrementAndGet();
    }

    /**
     * Computes all units of a step, or fewer if the run ends.
     *
     * @param scratch offset in memory of {@code scratchBytes} bytes for each thread of the pool, one after the other
     */
    public void run(Step step, MemorySegment memory, long scratch, long scratchBytes, RunControl control) {
        int most = threads() - Math.max(1, callers.get());
        if (!step.shared() || most <= 0 || closed || !busy.compareAndSet(false, true)) {
            step.run(memory, scratch, control);
            return;
        }
        try {
            share(step, most, memory, scratch, scratchBytes, control);
        } finally {
            busy.set(false);
        }
    }

    private void share(Step step, int most, MemorySegment memory, long scratch, long scratchBytes, RunControl control) {
        this.step = step;
        this.helpers = most;
        this.control = control;
        this.memory = memory;
        this.scratch = scratch;
        this.scratchBytes = scratchBytes;
        shares.divide(step.kernel().units());
        finished.set(0);
        failure = null;
        long job = (gate >>> JOINED_BITS) + 1;
        gate = job << JOINED_BITS;
        for (int i = 0, woken = 0; i < workers.length && woken < most; i++) {
            if (parked.get(i + 1) != 0) {
                LockSupport.unpark(workers[i]);
                woken++;
            }
        }
        try {
            compute(0, step);
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
            throw new IllegalStateException(
                    "a worker failed in " + step.kernel().name(), thrown);
        }
    }

    /** Ends the threads. A run in progress goes on without them. */
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
            if ((seen & JOINED_MASK) >= helpers) {
                // What was read may belong to the next job: then the gate has moved, and the worker sees that one too.
                if (gate == seen) {
                    last = seen >>> JOINED_BITS;
                }
                continue;
            }
            if (!GATE.compareAndSet(this, seen, seen + 1)) {
                continue;
            }
            last = seen >>> JOINED_BITS;
            try {
                Step joined = step;
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

    private void compute(int thread, Step job) {
        long own = scratch + thread * scratchBytes;
        for (long range = shares.take(thread); range != UnitShares.NONE; range = shares.take(thread)) {
            if (control.ended()) {
                return;
            }
            job.run(memory, own, UnitShares.from(range), UnitShares.end(range), control);
        }
    }
}
