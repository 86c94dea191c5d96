package dev.octavo.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts connections, and closes those over the limit and those on which no whole head of a request comes in time, however
 * busily its bytes trickle in.
 */
final class ConnectionWatch {
    private final Vertx vertx;
    private final Duration headTime;
    private final int limit;
    private final AtomicInteger open;
    private final Map<HttpConnection, Entry> entries = new ConcurrentHashMap<>();

    ConnectionWatch(Vertx vertx, Duration headTime, int limit, AtomicInteger open) {
        this.vertx = vertx;
        this.headTime = headTime;
        this.limit = limit;
        this.open = open;
    }

    /** Used by the event loop of its connection alone. */
    private static final class Entry {
        long timer;
        int active;
    }

    void opened(HttpConnection connection) {
        int now = open.incrementAndGet();
        Entry entry = new Entry();
        entries.put(connection, entry);
        connection.closeHandler(closed -> {
            open.decrementAndGet();
            entries.remove(connection);
            vertx.cancelTimer(entry.timer);
        });
        if (now > limit) {
            var _ = connection.close();
        } else {
            arm(connection, entry);
        }
    }

    private void arm(HttpConnection connection, Entry entry) {
        entry.timer = vertx.setTimer(headTime.toMillis(), id -> {
            var _ = connection.close();
        });
    }

    /** A head has come. */
    void began(HttpConnection connection) {
        Entry entry = entries.get(connection);
        if (entry != null && entry.active++ == 0) {
            vertx.cancelTimer(entry.timer);
        }
    }

    /** An answer is out. */
    void ended(HttpConnection connection) {
        Entry entry = entries.get(connection);
        if (entry != null && --entry.active == 0) {
            arm(connection, entry);
        }
    }
}
