package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class UnitSharesTest {
    @Test
    void aThreadGoesThroughItsPartInOrderAndThenHelpsFromTheOtherEnd() {
        UnitShares shares = new UnitShares(2);
        shares.divide(10);
        assertThat(ranges(shares, 1)).containsExactly("5-8", "8-9", "9-10", "2-5", "1-2", "0-1");
        assertThat(ranges(shares, 0)).isEmpty();
        shares.divide(3);
        assertThat(ranges(shares, 0)).containsExactly("0-1", "2-3", "1-2");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 9", "2, 1", "2, 1000", "3, 2", "3, 100", "4, 7"})
    void eachUnitIsTakenOnce(int threads, int units) throws Exception {
        UnitShares shares = new UnitShares(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < 50; round++) {
                AtomicIntegerArray taken = new AtomicIntegerArray(units);
                shares.divide(units);
                List<Future<?>> futures = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    int thread = t;
                    futures.add(executor.submit(() -> {
                        for (long range = shares.take(thread); range != UnitShares.NONE; range = shares.take(thread)) {
                            for (int unit = UnitShares.from(range); unit < UnitShares.end(range); unit++) {
                                taken.incrementAndGet(unit);
                            }
                        }
                    }));
                }
                for (Future<?> future : futures) {
                    future.get();
                }
                for (int unit = 0; unit < units; unit++) {
                    assertThat(taken.get(unit)).isEqualTo(1);
                }
            }
        }
    }

    private static List<String> ranges(UnitShares shares, int thread) {
        List<String> ranges = new ArrayList<>();
        for (long range = shares.take(thread); range != UnitShares.NONE; range = shares.take(thread)) {
            ranges.add(UnitShares.from(range) + "-" + UnitShares.end(range));
        }
        return ranges;
    }
}
