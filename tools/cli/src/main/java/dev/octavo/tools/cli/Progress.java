package dev.octavo.tools.cli;

import java.io.PrintWriter;

/**
 * Tells on standard error how far long work has come: on a terminal in one line that is overwritten and disappears at the
 * end, elsewhere in a line every few seconds, so that short work prints nothing into a log.
 */
final class Progress implements AutoCloseable {
    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long LOG_NANOS = 5_000_000_000L;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean terminal;
    private final String what;
    private final long total;
    private long shownAt;
    private boolean shown;

    private Progress(PrintWriter err, boolean terminal, String what, long total) {
        this.err = err;
        this.terminal = terminal;
        this.what = what;
        this.total = total;
        this.shownAt = System.nanoTime();
    }

    /**
     * Begins.
     *
     * @param what what is going on, such as "evaluating"
     * @param total how many steps it takes; 0 if that is unknown
     */
    static Progress start(PrintWriter err, String what, long total) {
        // The launcher asks the shell: Java knows only whether all three standard streams are a terminal.
        return new Progress(err, Boolean.getBoolean("octavo.terminal"), what, total);
    }

    /** Says how many steps are done. */
    void at(long done) {
        at(what, done, total);
    }

    /** Says how many steps of a part of the work are done. */
    void at(String part, long done, long of) {
        long now = System.nanoTime();
        if (now - shownAt < (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
            return;
        }
        shownAt = now;
        shown = true;
        String line = part + " " + done + (of == 0 ? "" : "/" + of + " (" + 100 * done / of + " %)");
        if (terminal) {
            err.print(CLEAR_LINE + line);
        } else {
            err.println(line);
        }
        err.flush();
    }

    @Override
    public void close() {
        if (terminal && shown) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }
}
