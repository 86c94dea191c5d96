package dev.octavo.runtime;

import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Frees what is forgotten, and warns of it. */
final class Leaks {
    /** System property: {@code trace} makes warnings name where a forgotten object was made. */
    static final String PROPERTY = "octavo.leaks";

    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private Leaks() {}

    private static final class Holder {
        static final Cleaner CLEANER = Cleaner.create(task -> {
            Thread thread = new Thread(task, "octavo-cleaner");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What is to be freed; it must not refer to its owner. */
    static final class Watch implements Runnable {
        private final String what;
        private final BooleanSupplier free;
        private final @Nullable Throwable made;
        private volatile boolean closed;
        private Cleaner.@Nullable Cleanable cleanable;

        private Watch(String what, BooleanSupplier free, @Nullable Throwable made) {
            this.what = what;
            this.free = free;
            this.made = made;
        }

        /** Frees it now, once. */
        void close() {
            closed = true;
            if (cleanable != null) {
                cleanable.clean();
            }
        }

        /** Frees it, and warns if its owner was forgotten. */
        @Override
        public void run() {
            if (free.getAsBoolean() && !closed) {
                warn();
            }
        }

        private void warn() {
            if (made == null && WARNED.getAndSet(true)) {
                return;
            }
            String advice = made == null
                    ? ": close it, or start the JVM with -D" + PROPERTY + "=trace to see where it was made"
                    : ", it was made here:";
            System.getLogger(Leaks.class.getName())
                    .log(
                            Level.WARNING,
                            what + " was not closed, and was freed by the garbage collector" + advice,
                            made);
        }
    }

    /**
     * Watches an object.
     *
     * @param what it is, as the beginning of a sentence
     * @param free what it holds, and tell whether that was open
     */
    static Watch watch(Object owner, String what, BooleanSupplier free) {
        boolean trace = "trace".equals(System.getProperty(PROPERTY));
        Watch watch = new Watch(what, free, trace ? new Throwable(what) : null);
        watch.cleanable = Holder.CLEANER.register(owner, watch);
        return watch;
    }
}
