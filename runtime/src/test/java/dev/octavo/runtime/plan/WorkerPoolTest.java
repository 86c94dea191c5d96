package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {
    private static final int SCRATCH = 1 << 16;

    /** Adds one to the byte of each unit; its scratch must be nobody else's meanwhile. */
    private record Counting(int units) implements Kernel {
        @Override
        public String name() {
            return "counting";
        }

        @Override
        public void run(MemorySegment memory, long scratch, int from, int to) {
            assertThat(from).isLessThan(to);
            for (int unit = from; unit < to; unit++) {
                memory.set(ValueLayout.JAVA_INT, scratch, unit);
                byte count = memory.get(ValueLayout.JAVA_BYTE, unit);
                memory.set(ValueLayout.JAVA_BYTE, unit, (byte) (count + 1));
                assertThat(memory.get(ValueLayout.JAVA_INT, scratch)).isEqualTo(unit);
            }
        }
    }

    @Test
    void everyUnitIsComputedOnce() {
        for (int threads = 1; threads <= 4; threads++) {
            try (WorkerPool pool = new WorkerPool(threads);
                    Arena arena = Arena.ofShared()) {
                MemorySegment memory = arena.allocate(SCRATCH + 64L * threads, 64);
                for (int round = 1; round <= 100; round++) {
                    for (int units : new int[] {1, 2, 7, 1000}) {
                        memory.fill((byte) 0);
                        run(pool, new Counting(units), memory);
                        for (int unit = 0; unit < 1001; unit++) {
                            assertThat(memory.get(ValueLayout.JAVA_BYTE, unit))
                                    .isEqualTo((byte) (unit < units ? 1 : 0));
                        }
                    }
                }
            }
        }
    }

    @Test
    void workersThatParkedComeBack() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(3);
                Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(SCRATCH + 192, 64);
            for (int round = 1; round <= 5; round++) {
                Thread.sleep(20);
                run(pool, new Counting(100), memory);
                assertThat(memory.get(ValueLayout.JAVA_BYTE, 99)).isEqualTo((byte) round);
            }
        }
    }

    @Test
    void failuresReachTheCaller() {
        Kernel failing = new Kernel() {
            @Override
            public String name() {
                return "failing";
            }

            @Override
            public int units() {
                return 10;
            }

            @Override
            public void run(MemorySegment memory, long scratch, int from, int to) {
                throw new UnsupportedOperationException("unit " + from);
            }
        };
        try (WorkerPool pool = new WorkerPool(2)) {
            assertThatThrownBy(() -> run(pool, failing, MemorySegment.NULL)).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void callersThatComeAtOnceAllGetTheirResults() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(3)) {
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    try (Arena arena = Arena.ofShared()) {
                        MemorySegment memory = arena.allocate(SCRATCH + 192, 64);
                        for (int round = 0; round < 300; round++) {
                            memory.fill((byte) 0);
                            pool.enter();
                            run(pool, new Counting(100), memory);
                            pool.leave();
                            for (int unit = 0; unit < 100; unit++) {
                                assertThat(memory.get(ValueLayout.JAVA_BYTE, unit))
                                        .isEqualTo((byte) 1);
                            }
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(failures).isEmpty();
        }
    }

    /** Counts the threads that compute at a time. */
    private record Meeting(AtomicInteger now, AtomicInteger most) implements Kernel {
        @Override
        public String name() {
            return "meeting";
        }

        @Override
        public int units() {
            return 64;
        }

        @Override
        public void run(MemorySegment memory, long scratch, int from, int to) {
            int seen = now.incrementAndGet();
            most.accumulateAndGet(seen, Math::max);
            LockSupport.parkNanos(50_000);
            now.decrementAndGet();
        }
    }

    @Test
    void workersHelpOnlyAsFarAsCallersLeaveThreads() throws InterruptedException {
        Meeting meeting = new Meeting(new AtomicInteger(), new AtomicInteger());
        try (WorkerPool pool = new WorkerPool(3)) {
            List<Thread> callers = new ArrayList<>();
            CountDownLatch entered = new CountDownLatch(2);
            for (int caller = 0; caller < 2; caller++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    pool.enter();
                    entered.countDown();
                    try {
                        entered.await();
                        for (int round = 0; round < 100; round++) {
                            run(pool, meeting, MemorySegment.NULL);
                        }
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    } finally {
                        pool.leave();
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            // Two callers, and one worker until the first of them has left.
            assertThat(meeting.most().get()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void aClosedPoolLeavesTheWorkToItsCallers() {
        WorkerPool pool = new WorkerPool(3);
        pool.close();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(SCRATCH + 192, 64);
            run(pool, new Counting(100), memory);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, 99)).isEqualTo((byte) 1);
        }
    }

    @Test
    void aRunThatEndsLeavesUnitsOut() {
        AtomicInteger computed = new AtomicInteger();
        Kernel counting = new Kernel() {
            @Override
            public String name() {
                return "counting";
            }

            @Override
            public int units() {
                return 1000;
            }

            @Override
            public void run(MemorySegment memory, long scratch, int from, int to) {
                computed.addAndGet(to - from);
            }
        };
        for (int threads = 1; threads <= 3; threads++) {
            computed.set(0);
            try (WorkerPool pool = new WorkerPool(threads)) {
                Step step = new Step(0, "step", counting, 0, true, 5);
                pool.run(step, MemorySegment.NULL, 0, 0, () -> computed.get() >= 100);
                assertThat(computed.get()).isBetween(100, 100 + 5 * threads);
                computed.set(0);
                pool.run(step, MemorySegment.NULL, 0, 0, RunControl.ENDLESS);
                assertThat(computed.get()).isEqualTo(1000);
            }
        }
    }

    private static void run(WorkerPool pool, Kernel kernel, MemorySegment memory) {
        Step step = new Step(0, "step", kernel, 0, true, kernel.units());
        pool.run(step, memory, SCRATCH, 64, RunControl.ENDLESS);
    }
}
