package dev.octavo.server.observe;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes lines to a file on a thread of its own. Requests never wait for a disk: lines that come faster than it takes them,
 * or that it does not take because it is full, are counted and dropped.
 */
final class LineWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LineWriter.class.getName());
    private static final int WAITING = 8192;
    private static final String END = "";

    private final Path file;
    private final ArrayBlockingQueue<String> lines = new ArrayBlockingQueue<>(WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private boolean complained;

    /**
     * Opens a file.
     *
     * @param options how, beside for writing
     * @throws IOException if it cannot be opened
     */
    LineWriter(Path file, StandardOpenOption... options) throws IOException {
        this.file = file;
        Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8, options);
        this.thread = Thread.ofPlatform().daemon().name("octavo-log").start(() -> write(out));
    }

    void write(String line) {
        if (!lines.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    /** Returns how many lines are not in the file. */
    long dropped() {
        return dropped.get();
    }

    private void write(Writer target) {
        try (BufferedWriter out = new BufferedWriter(target)) {
            while (true) {
                String line = lines.take();
                if (line.equals(END)) {
                    return;
                }
                try {
                    out.write(line);
                    out.write('\n');
                    if (lines.isEmpty()) {
                        out.flush();
                    }
                } catch (IOException e) {
                    complain(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            complain(e);
        }
    }

    private void complain(IOException e) {
        dropped.incrementAndGet();
        if (!complained) {
            complained = true;
            LOG.log(System.Logger.Level.WARNING, file + ": lines are lost: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            lines.put(END);
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
