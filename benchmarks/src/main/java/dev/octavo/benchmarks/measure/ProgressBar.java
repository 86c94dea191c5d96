package dev.octavo.benchmarks.measure;

import java.io.PrintStream;
import java.util.Locale;

/** How far a long measurement is, on standard error: one line that is rewritten on a terminal, and a line per tenth elsewhere. */
public final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 30;

    private final PrintStream out = System.err;
    private final boolean terminal = Boolean.getBoolean("octavo.terminal");
    private final long start = System.nanoTime();
    private int tenth = -1;

    /** An empty bar. */
    public ProgressBar() {}

    /** Says how much is done, in [0, 1], and what is going on. */
    public void show(double share, String what) {
        double done = Math.clamp(share, 0, 1);
        String text = String.format(
                Locale.ROOT, "%3.0f %% %4.0f s  %s", 100 * done, (System.nanoTime() - start) * 1e-9, what);
        if (terminal) {
            int filled = (int) (done * WIDTH);
            out.printf(Locale.ROOT, "\r[%s%s] %-60.60s", "#".repeat(filled), ".".repeat(WIDTH - filled), text);
            out.flush();
        } else if ((int) (10 * done) != tenth) {
            tenth = (int) (10 * done);
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
