package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
                        pool.run(new Counting(units), memory, SCRATCH, 64);
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
                pool.run(new Counting(100), memory, SCRATCH, 64);
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
            assertThatThrownBy(() -> pool.run(failing, MemorySegment.NULL, 0, 0))
                    .isInstanceOf(RuntimeException.class);
        }
    }
}
