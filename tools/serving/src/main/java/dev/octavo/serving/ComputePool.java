package dev.octavo.serving;

import dev.octavo.serving.Request.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads that compute for any number of predictors. Each takes rows of the predictor that has had the least compute time,
 * so that no model starves another. The threads are pinned to no core.
 *
 * <p>Closing lets what was accepted finish.
 */
public final class ComputePool implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ComputePool.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition quiet = lock.newCondition();
    private final List<Predictor> predictors = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private int idleThreads;
    private boolean closed;

    private ComputePool(int count) {
        for (int i = 0; i < count; i++) {
            int index = i;
            Thread thread =
                    Thread.ofPlatform().name("octavo-compute-" + i).daemon().unstarted(() -> work(index));
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    /** Starts as many threads as the process has cores. */
    public static ComputePool ofCores() {
        return of(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Starts so many threads.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static ComputePool of(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads compute nothing");
        }
        return new ComputePool(threads);
    }

    /** Returns the number of threads. */
    public int threads() {
        return threads.size();
    }

    /** Ends the threads once everything that was accepted is done. Further calls do nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            predictors.forEach(predictor -> predictor.lane().close());
            work.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread thread : threads) {
            if (!thread.equals(Thread.currentThread())) {
                join(thread);
            }
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void add(Predictor predictor) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the pool is closed");
            }
            predictors.add(predictor);
        } finally {
            lock.unlock();
        }
    }

    /** Lets a request wait, or says why not. */
    void submit(Lane lane, Request request) {
        lock.lock();
        try {
            refuse(lane, request);
            lane.add(request, request.submitted, floor());
            if (idleThreads > 0) {
                // One is enough for one row; whoever takes rows and leaves some wakes the next.
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void refuse(Lane lane, Request request) {
        if (lane.closed() || closed) {
            throw new RefusedException(RefusedException.Reason.CLOSING, Duration.ZERO, "the model is being closed");
        }
        double share = (double) threads.size() / Math.max(1, lanesAtWork(lane));
        if (!lane.hasRoom(request.rows)) {
            long estimate = lane.estimate(0, RequestOptions.LOWEST_PRIORITY, share);
            throw new RefusedException(
                    RefusedException.Reason.QUEUE_FULL,
                    Duration.ofNanos(estimate),
                    "the queue is full: " + lane.waitingRows() + " pictures wait; try again later");
        }
        if (request.deadline != Request.NEVER && lane.waiting()) {
            long estimate = lane.estimate(request.rows, request.priority, share);
            if (request.submitted + estimate - request.deadline > 0) {
                throw new RefusedException(
                        RefusedException.Reason.TOO_LATE,
                        Duration.ofNanos(estimate),
                        "the queue is too long to answer within the timeout: about " + estimate / 1_000_000
                                + " ms; try again later, or with a longer timeout");
            }
        }
    }

    private int lanesAtWork(Lane own) {
        int count = 0;
        for (Predictor predictor : predictors) {
            if (predictor.lane() == own || !predictor.lane().idle()) {
                count++;
            }
        }
        return count;
    }

    /** The least virtual time of the lanes at work. */
    private long floor() {
        long floor = Long.MAX_VALUE;
        for (Predictor predictor : predictors) {
            if (!predictor.lane().idle()) {
                floor = Math.min(floor, predictor.lane().virtualTime());
            }
        }
        return floor == Long.MAX_VALUE ? Long.MIN_VALUE : floor;
    }

    boolean full(Lane lane) {
        lock.lock();
        try {
            return lane.full();
        } finally {
            lock.unlock();
        }
    }

    boolean withdraw(Lane lane, Request request) {
        lock.lock();
        try {
            boolean found = lane.withdraw(request);
            quiet.signalAll();
            return found;
        } finally {
            lock.unlock();
        }
    }

    PredictorStatistics statistics(Lane lane, Counters counters) {
        lock.lock();
        try {
            return counters.statistics(lane.waitingRows(), lane.runningRows());
        } finally {
            lock.unlock();
        }
    }

    /** Lets a predictor accept nothing more. */
    void closing(Predictor predictor) {
        lock.lock();
        try {
            predictor.lane().close();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing of a predictor waits or runs; false if the time was too short for that. */
    boolean awaitQuiet(Predictor predictor, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!predictor.lane().idle()) {
                if (left <= 0) {
                    return false;
                }
                left = quiet.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a predictor out, and what still waits in it. */
    List<Request> remove(Predictor predictor) {
        lock.lock();
        try {
            predictors.remove(predictor);
            return predictor.lane().clear();
        } finally {
            lock.unlock();
        }
    }

    private void work(int index) {
        List<Request> expired = new ArrayList<>();
        while (true) {
            Predictor predictor;
            List<Slice> slices;
            lock.lock();
            try {
                predictor = next(expired);
                if (predictor == null && expired.isEmpty()) {
                    return;
                }
                slices = predictor == null ? List.of() : predictor.lane().take(idleThreads);
                if (idleThreads > 0 && somethingWaits()) {
                    work.signal();
                }
            } finally {
                lock.unlock();
            }
            expired.forEach(request -> request.future.completeExceptionally(new RefusedException(
                    RefusedException.Reason.EXPIRED,
                    Duration.ZERO,
                    "the request waited longer than its timeout; try again later, or with a longer timeout")));
            expired.clear();
            if (predictor != null) {
                run(index, predictor, slices);
            }
        }
    }

    private void run(int index, Predictor predictor, List<Slice> slices) {
        int rows = 0;
        for (Slice slice : slices) {
            rows += slice.rows();
        }
        long start = System.nanoTime();
        try {
            predictor.run(index, slices, rows, start);
        } finally {
            long nanos = System.nanoTime() - start;
            lock.lock();
            try {
                predictor.lane().ran(rows, nanos);
                if (predictor.lane().idle()) {
                    quiet.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean somethingWaits() {
        for (Predictor predictor : predictors) {
            if (predictor.lane().waiting()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits for rows to run.
     *
     * @return whose; null if something expired, which is to be told, or if the pool has ended
     */
    private @Nullable Predictor next(List<Request> expired) {
        while (true) {
            long now = System.nanoTime();
            long wait = Long.MAX_VALUE;
            Predictor best = null;
            for (Predictor predictor : predictors) {
                Lane lane = predictor.lane();
                if (!lane.waiting()) {
                    continue;
                }
                lane.expire(now, expired);
                if (!lane.waiting()) {
                    continue;
                }
                long holdBack = lane.holdBack(now);
                if (holdBack > 0) {
                    wait = Math.min(wait, holdBack);
                } else if (best == null || lane.virtualTime() < best.lane().virtualTime()) {
                    best = predictor;
                }
            }
            if (best != null || !expired.isEmpty()) {
                if (!expired.isEmpty()) {
                    quiet.signalAll();
                }
                return best;
            }
            if (closed && wait == Long.MAX_VALUE) {
                return null;
            }
            await(wait);
        }
    }

    /** Callers look again what there is to do, whatever woke them. */
    @SuppressWarnings("WaitNotInLoop")
    private void await(long nanos) {
        idleThreads++;
        try {
            if (nanos == Long.MAX_VALUE) {
                work.awaitUninterruptibly();
            } else {
                long _ = work.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            // Only a listener or a model could have interrupted a thread of the pool, and not to end it.
            LOG.log(System.Logger.Level.DEBUG, "an interrupt was ignored", e);
        } finally {
            idleThreads--;
        }
    }
}
