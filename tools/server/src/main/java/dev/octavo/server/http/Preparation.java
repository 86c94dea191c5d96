package dev.octavo.server.http;

import dev.octavo.server.protocol.ProtocolException;
import dev.octavo.server.protocol.ProtocolException.Kind;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for what takes longer than an event loop may: parsing of long JSON, decompression, decoding of pictures. */
public final class Preparation implements AutoCloseable {
    private static final int WAITING = 512;

    private final ThreadPoolExecutor executor;

    /** Starts as many threads as asked for. */
    public Preparation(int threads) {
        this.executor = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("octavo-prepare-", 0).factory());
    }

    /**
     * Runs an action soon.
     *
     * @throws ProtocolException if too many wait already
     */
    public void run(Runnable action) {
        try {
            executor.execute(action);
        } catch (RejectedExecutionException e) {
            throw new ProtocolException(
                    Kind.UNAVAILABLE, "too many requests are being decoded; try again later", Duration.ofSeconds(1));
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
