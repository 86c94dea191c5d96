package dev.octavo.benchmarks.measure;

import java.time.Duration;

/** Kills a process that has given no sign of life for too long: a library in it hangs, and would hold up everything. */
public final class Watchdog implements AutoCloseable {
    private final Process process;
    private final long patience;
    private final Thread watcher;
    private volatile long heard = System.nanoTime();
    private volatile boolean expired;

    /**
     * Begins to watch.
     *
     * @param patience how long there may be no sign of life
     */
    public Watchdog(Process process, Duration patience) {
        this.process = process;
        this.patience = patience.toNanos();
        this.watcher = Thread.ofPlatform().daemon().name("watchdog").start(this::watch);
    }

    /** The process has given a sign of life. */
    public void heard() {
        heard = System.nanoTime();
    }

    /** Whether the process was killed. */
    public boolean expired() {
        return expired;
    }

    /** Ends the watch, not the process. */
    @Override
    public void close() {
        watcher.interrupt();
    }

    private void watch() {
        try {
            for (long left = patience; left > 0; left = heard + patience - System.nanoTime()) {
                Thread.sleep(Duration.ofNanos(left));
            }
        } catch (InterruptedException e) {
            return;
        }
        expired = true;
        process.destroyForcibly();
    }
}
