package dev.octavo.runtime;

import dev.octavo.runtime.plan.RunControl;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lets one run at a time use some memory, ends runs early, and frees the memory once, after the run in flight. Safe for use
 * from many threads. It knows nothing of who runs, so that a forgotten session can be found.
 */
final class RunGate implements RunControl {
    /** No deadline. */
    static final long NEVER = 0;

    private enum State {
        IDLE,
        RUNNING,
        CLOSING,
        CLOSED
    }

    private final Runnable free;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    /** Number of the run in flight, or of the last one. */
    private volatile long run;

    private long runs;
    private volatile long cancelled = -1;
    private volatile long deadline = NEVER;

    /** Opens a gate to memory that {@code free} gives back. */
    RunGate(Runnable free) {
        this.free = free;
    }

    /** Returns the deadline of a run that begins now and may take some nanoseconds. */
    static long deadline(long nanoseconds) {
        long deadline = System.nanoTime() + nanoseconds;
        return deadline == NEVER ? deadline + 1 : deadline;
    }

    /**
     * Begins a run.
     *
     * @param newDeadline of {@link System#nanoTime}, or {@link #NEVER}
     * @throws IllegalStateException if another run is in progress, or the gate is closed
     */
    void begin(long newDeadline) {
        State seen = state.compareAndExchange(State.IDLE, State.RUNNING);
        if (seen != State.IDLE) {
            throw new IllegalStateException(
                    seen == State.RUNNING
                            ? "the session is running on another thread: make one session per thread, or a SessionPool"
                            : "the session is closed");
        }
        deadline = newDeadline;
        run = ++runs;
    }

    /** Ends the run, and frees the memory if the gate was closed meanwhile. */
    void end() {
        if (!state.compareAndSet(State.RUNNING, State.IDLE)) {
            state.set(State.CLOSED);
            free.run();
        }
    }

    /** Makes the run in flight, if there is one, end soon. */
    void cancel() {
        if (state.get() != State.IDLE) {
            cancelled = run;
        }
    }

    @Override
    public boolean ended() {
        return cancelled == run || past();
    }

    private boolean past() {
        return deadline != NEVER && System.nanoTime() - deadline > 0;
    }

    /**
     * Lets a run go on that has not ended.
     *
     * @throws CancellationException if it was cancelled
     * @throws DeadlineExceededException if its deadline is past
     */
    void check() {
        if (cancelled == run) {
            throw new CancellationException("the run was cancelled");
        }
        if (past()) {
            throw new DeadlineExceededException("the run took longer than its deadline allows, and was ended");
        }
    }

    /** Closes the gate, and frees the memory after the run in flight if there is one; returns whether it was open. */
    boolean close() {
        while (true) {
            State seen = state.get();
            if (seen == State.CLOSING || seen == State.CLOSED) {
                return false;
            }
            // A run may begin or end between the two lines: only what was seen may be replaced.
            if (state.compareAndSet(seen, seen == State.IDLE ? State.CLOSED : State.CLOSING)) {
                if (seen == State.IDLE) {
                    free.run();
                }
                return true;
            }
        }
    }
}
