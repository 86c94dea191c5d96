package dev.octavo.server.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all bodies in the server may take together. */
public final class BodyBudget {
    private final AtomicLong left;

    /** Creates a budget of so many bytes. */
    public BodyBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /** Takes bytes; false if there are not as many left. */
    public boolean take(long bytes) {
        while (true) {
            long seen = left.get();
            if (seen < bytes) {
                return false;
            }
            if (left.compareAndSet(seen, seen - bytes)) {
                return true;
            }
        }
    }

    /** Gives bytes back. */
    public void give(long bytes) {
        left.addAndGet(bytes);
    }
}
