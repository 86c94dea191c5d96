package dev.octavo.benchmarks.measure;

import java.io.PrintStream;
import java.util.Locale;

/** How far a long measurement is, on standard error: one line that is rewritten on a terminal, and a line per tenth elsewhere. */
public final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 30;

    private final PrintStream out = System.err;
    private final boolean terminal = Boolean.getBoolean("octavo.terminal");
    private final int total;
    private final long start = System.nanoTime();
    private int done;
    private int tenth = -1;

    /** A bar of {@code total} steps. */
    public ProgressBar(int total) {
        this.total = total;
    }

    /** Another step is over. */
    public void advance(String what) {
        done = Math.min(done + 1, total);
        show(what);
    }

    /** Says what is going on. */
    public void show(String what) {
        double share = (double) done / total;
        String text = String.format(
                Locale.ROOT, "%3.0f %% %4.0f s  %s", 100 * share, (System.nanoTime() - start) * 1e-9, what);
        if (terminal) {
            int filled = (int) (share * WIDTH);
            out.printf(Locale.ROOT, "\r[%s%s] %-60.60s", "#".repeat(filled), ".".repeat(WIDTH - filled), text);
            out.flush();
        } else if ((int) (10 * share) != tenth) {
            tenth = (int) (10 * share);
            out.println(text);
        }
    }

    @Override
    public void close() {
        if (terminal) {
            out.println();
        }
    }
}
