package dev.octavo.serving;

import dev.octavo.serving.Request.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The queue of one predictor in a pool. All of it is guarded by the pool's lock.
 *
 * <p>A lane's virtual time is the compute time that it has had. The pool serves the lane with the least, so that models
 * share the threads equally, whatever their speeds and however much waits for each (start-time fair queueing, Goyal, Vin
 * and Cheng 1996).
 */
final class Lane {
    private final List<ArrayDeque<Request>> queues = new ArrayList<>();
    private final int capacity;
    private final int maxBatch;
    private final long maxWait;
    private final boolean waitAlways;
    private int waitingRows;
    private int runningRows;
    private long virtualTime;
    private long rowNanos;
    private long arrivalGap = Long.MAX_VALUE / 16;
    private long lastArrival;
    private boolean closed;

    /**
     * Makes an empty lane.
     *
     * @param capacity most waiting rows
     * @param waitAlways whether an idle thread waits for a batch even when nothing suggests that more rows will come
     */
    Lane(int capacity, BatchTuning tuning, long maxWait, boolean waitAlways) {
        this.capacity = capacity;
        this.maxBatch = tuning.maxBatch();
        this.maxWait = maxBatch == 1 ? 0 : maxWait;
        this.waitAlways = waitAlways;
        this.rowNanos = tuning.rowNanos();
        for (int priority = 0; priority < RequestOptions.LOWEST_PRIORITY; priority++) {
            queues.add(new ArrayDeque<>());
        }
    }

    boolean hasRoom(int rows) {
        // What alone is more than the queue holds may still be served when nothing waits.
        return waitingRows + rows <= capacity || (waitingRows == 0 && rows > capacity);
    }

    boolean full() {
        return waitingRows >= capacity;
    }

    boolean waiting() {
        return waitingRows > 0;
    }

    int waitingRows() {
        return waitingRows;
    }

    int runningRows() {
        return runningRows;
    }

    boolean closed() {
        return closed;
    }

    void close() {
        closed = true;
    }

    boolean idle() {
        return waitingRows == 0 && runningRows == 0;
    }

    long virtualTime() {
        return virtualTime;
    }

    /** Nanoseconds until rows that come now, of the given priority, would have been computed by so many threads. */
    long estimate(int rows, int priority, double threads) {
        long ahead = rows;
        for (int i = 0; i < priority; i++) {
            for (Request request : queues.get(i)) {
                ahead += request.waitingRows();
            }
        }
        return (long) (Math.max((double) rowNanos, ahead * rowNanos / threads)
                + rowNanos * Math.min(1, runningRows / threads));
    }

    /**
     * Lets a request wait.
     *
     * @param floor the least virtual time of the lanes at work: whoever was idle may not save it up
     */
    void add(Request request, long now, long floor) {
        if (idle()) {
            virtualTime = Math.max(virtualTime, floor);
        }
        if (lastArrival != 0) {
            long gap = Math.min(now - lastArrival, Long.MAX_VALUE / 16);
            arrivalGap += (gap - arrivalGap) / 8;
        }
        lastArrival = now;
        queues.get(request.priority - 1).add(request);
        waitingRows += request.rows;
    }

    /** Takes out a request that has rows waiting; false if it has none. */
    boolean withdraw(Request request) {
        if (request.withdrawn || request.waitingRows() == 0) {
            return false;
        }
        request.withdrawn = true;
        queues.get(request.priority - 1).remove(request);
        waitingRows -= request.waitingRows();
        return true;
    }

    /** Takes out what has expired. */
    void expire(long now, List<Request> expired) {
        for (ArrayDeque<Request> queue : queues) {
            for (Iterator<Request> each = queue.iterator(); each.hasNext(); ) {
                Request request = each.next();
                if (request.nextRow == 0 && request.expired(now)) {
                    request.withdrawn = true;
                    waitingRows -= request.waitingRows();
                    expired.add(request);
                    each.remove();
                }
            }
        }
    }

    /** Nanoseconds that a thread should wait for more rows before it takes some; 0 if it should take what there is. */
    long holdBack(long now) {
        if (maxWait == 0 || waitingRows >= maxBatch || closed || (!waitAlways && arrivalGap > maxWait)) {
            return 0;
        }
        long oldest = Long.MAX_VALUE;
        for (ArrayDeque<Request> queue : queues) {
            Request head = queue.peek();
            if (head != null) {
                if (head.nextRow > 0 || (head.deadline != Request.NEVER && head.deadline - now < 2 * maxWait)) {
                    return 0;
                }
                oldest = Math.min(oldest, head.submitted);
            }
        }
        return Math.max(0, oldest + maxWait - now);
    }

    /**
     * Hands out rows for one run: a power of two, of one form, urgent ones first.
     *
     * @param idleThreads others that could share what waits: to batch what they could compute at once would cost time
     */
    List<Slice> take(int idleThreads) {
        int share = Math.clamp((waitingRows + idleThreads) / (idleThreads + 1), 1, maxBatch);
        int wanted = Integer.highestOneBit(Math.min(share, sameForm(share)));
        List<Slice> slices = new ArrayList<>(1);
        int taken = 0;
        for (ArrayDeque<Request> queue : queues) {
            while (taken < wanted && !queue.isEmpty()) {
                Request head = queue.peek();
                int rows = Math.min(wanted - taken, head.waitingRows());
                slices.add(new Slice(head, head.nextRow, rows));
                head.nextRow += rows;
                taken += rows;
                if (head.waitingRows() == 0) {
                    queue.remove();
                }
            }
        }
        waitingRows -= taken;
        runningRows += taken;
        return slices;
    }

    /** How many rows from the first one on can run together, as far as so many are of interest. */
    private int sameForm(int limit) {
        int rows = 0;
        int form = 0;
        for (ArrayDeque<Request> queue : queues) {
            for (Request request : queue) {
                if (rows > 0 && request.form != form) {
                    return rows;
                }
                form = request.form;
                rows += request.waitingRows();
                if (rows >= limit) {
                    return rows;
                }
            }
        }
        return rows;
    }

    /** Notes that a run has ended. */
    void ran(int rows, long nanos) {
        runningRows -= rows;
        virtualTime += nanos;
        rowNanos += (nanos / rows - rowNanos) / 8;
    }

    /** Empties the queues. */
    List<Request> clear() {
        List<Request> rest = new ArrayList<>();
        for (ArrayDeque<Request> queue : queues) {
            rest.addAll(queue);
            queue.clear();
        }
        rest.forEach(request -> request.withdrawn = true);
        waitingRows = 0;
        return rest;
    }
}
