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
        Map<String, Timing> timings = new Rounds(3, 0, turns::add).measure(contenders);
        assertThat(turns).containsExactly("a", "b", "b", "a", "a", "b");
        assertThat(timings.keySet()).containsExactly("a", "b");
        assertThat(timings.values()).allSatisfy(t -> assertThat(t.rounds()).hasSize(3));
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
