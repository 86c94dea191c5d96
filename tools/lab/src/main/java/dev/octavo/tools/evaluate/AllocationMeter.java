package dev.octavo.tools.evaluate;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the bytes of heap that all threads of this JVM ask for. */
public final class AllocationMeter {
    /** A thread of the JVM's own may allocate while one batch runs, hardly while each of them does. */
    private static final int BATCHES = 3;

    private final ThreadMXBean threads;
    private final long overhead;

    private AllocationMeter(ThreadMXBean threads) {
        this.threads = threads;
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES; batch++) {
            long before = read();
            least = Math.min(least, read() - before);
        }
        overhead = least;
    }

    /** Of this JVM. */
    public static AllocationMeter create() {
        if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                && threads.isThreadAllocatedMemorySupported()) {
            threads.setThreadAllocatedMemoryEnabled(true);
            return new AllocationMeter(threads);
        }
        throw new IllegalStateException("this JVM does not count allocated bytes; run on HotSpot");
    }

    private long read() {
        return threads.getTotalThreadAllocatedBytes();
    }

    /**
     * Bytes that are allocated per run of the work, rounded up.
     *
     * @param times how often the work runs, three times over
     */
    public long bytesPerRun(Runnable work, int times) {
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES; batch++) {
            long before = read();
            for (int i = 0; i < times; i++) {
                work.run();
            }
            least = Math.min(least, read() - before - overhead);
        }
        return Math.ceilDiv(Math.max(0, least), times);
    }
}
