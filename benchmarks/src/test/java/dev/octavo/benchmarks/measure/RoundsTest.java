package dev.octavo.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {
    @Test
    void everyContenderHasOneTurnPerRoundAndEveryOtherRoundGoesBackwards() {
        List<String> turns = new ArrayList<>();
        Map<String, Runnable> contenders = new LinkedHashMap<>();
        contenders.put("a", () -> {});
        contenders.put("b", () -> {});
        Map<String, Timing> timings = new Rounds(
                        0, so -> so.values().iterator().next().rounds().length == 3, (name, round) -> turns.add(name))
                .measure(contenders);
        assertThat(turns).containsExactly("a", "b", "b", "a", "a", "b");
        assertThat(timings.keySet()).containsExactly("a", "b");
        assertThat(timings.values()).allSatisfy(t -> assertThat(t.rounds()).hasSize(3));
    }

    @Test
    void theUncertaintyOfAMedianIgnoresOutliersAndFallsWithRounds() {
        Timing timing = new Timing(new double[] {98, 99, 100, 101, 400});
        // Deviations 2, 1, 0, 1, 300: their median is 1.
        assertThat(timing.uncertainty()).isCloseTo(1.2533 * 1.4826 / Math.sqrt(5) / 100, within(1e-12));
        assertThat(new Timing(new double[] {5, 5, 5}).uncertainty()).isZero();
    }

    @Test
    void ratiosAreTakenRoundByRound() {
        Timing slow = new Timing(new double[] {2, 40, 6});
        Timing fast = new Timing(new double[] {1, 10, 2});
        Timing ratio = slow.over(fast);
        assertThat(ratio.rounds()).containsExactly(2, 4, 3);
        assertThat(ratio.median()).isEqualTo(3);
        assertThat(ratio.spread()).isCloseTo(2.0 / 3, within(1e-12));
    }
}
