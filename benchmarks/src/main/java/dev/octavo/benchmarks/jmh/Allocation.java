package dev.octavo.benchmarks.jmh;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Bytes that the measured code itself put on the heap, per iteration. JMH's {@code -prof gc} counts all threads, its own
 * among them: about 6 KB per iteration, which are tens of bytes per run where a run takes milliseconds.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Allocation {
    /** Bytes of all runs of the iteration. */
    public long allocatedBytes;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long before;

    /** JMH makes it. */
    public Allocation() {}

    /** Begins to count anew. */
    @Setup(Level.Iteration)
    public void reset() {
        allocatedBytes = 0;
    }

    /** Before a run. */
    public void begin() {
        before = threads.getCurrentThreadAllocatedBytes();
    }

    /** After a run. */
    public void end() {
        allocatedBytes += threads.getCurrentThreadAllocatedBytes() - before;
    }
}
