package dev.octavo.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TimeBudgetTest {
    private double now;

    @Test
    void whatAPhaseLeavesOrTakesIsSharedByThoseBehindIt() {
        TimeBudget budget = new TimeBudget(100, 4, () -> now);
        assertThat(budget.begin(1)).isEqualTo(25);
        now = 10;
        // 90 s are left for a weight of 3.
        assertThat(budget.begin(2)).isEqualTo(60);
        now = 95;
        assertThat(budget.begin(1)).isEqualTo(5);
        now = 130;
        assertThat(budget.begin(1)).isZero();
    }

    @Test
    void theShareFollowsWeightsAndNeverGoesBack() {
        TimeBudget budget = new TimeBudget(100, 4, () -> now);
        budget.begin(1);
        now = 12.5;
        assertThat(budget.share()).isCloseTo(0.125, within(1e-12));
        now = 80;
        assertThat(budget.share()).isEqualTo(0.25);
        budget.begin(3);
        assertThat(budget.share()).isEqualTo(0.25);
        now = 90;
        assertThat(budget.share()).isCloseTo(0.625, within(1e-12));
        now = 200;
        assertThat(budget.share()).isEqualTo(1);
    }
}
