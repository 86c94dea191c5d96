package dev.octavo.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.benchmarks.report.Report;
import dev.octavo.benchmarks.rivals.Rival;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestTest {
    private static Report.Contender contender(String name, Rival rival, double screening, Double... rounds) {
        return new Report.Contender(name, rival, true, 1, 1, screening, List.of(rounds), null, "");
    }

    private static Report.Network network(Report.Agreed agreed, Report.Contender... contenders) {
        return new Report.Network(
                "net", 1, 1, List.of(contenders), List.of(), agreed, 1, List.of(), Report.SignedCost.none());
    }

    @Test
    void formsFarSlowerThanOthersOfTheirRivalAreNotTriedAgain() {
        Forms forms = Forms.of(List.of(
                contender("slow", Rival.ONNX_RUNTIME, 25),
                contender("fast", Rival.ONNX_RUNTIME, 10, 10.0),
                contender("near", Rival.ONNX_RUNTIME, 12),
                contender("alone", Rival.ONEDNN, 100, 100.0),
                new Report.Contender("failed", Rival.ONEDNN, true, 1, 1, 0, List.of(), null, "does not load")));
        assertThat(forms.hopeless())
                .containsOnlyKeys("slow", "failed")
                .containsEntry("failed", "does not load")
                .hasEntrySatisfying("slow", reason -> assertThat(reason).contains("2.5 times"));
        assertThat(forms.millis()).containsOnlyKeys("slow", "fast", "near", "alone");
    }

    @Test
    void theLeastTimeOfASettingGrowsWithItsImages() {
        List<Report.Contender> first = List.of(
                contender("large", Rival.ONNX_RUNTIME, 100, 100.0),
                contender("small", Rival.ONEDNN, 1, 1.0),
                contender("tried", Rival.ONEDNN, 500));
        // Three rounds, and trials that take as much, of 8 × 100 ms and of a turn of 50 ms.
        assertThat(Contest.leastSeconds(first, 1, 8, 0.05)).isCloseTo(6 * 0.85, within(1e-9));
        assertThat(Contest.leastSeconds(first, 2, 1, 0.05)).isCloseTo(6 * 0.1, within(1e-9));
    }

    @Test
    void everyContenderHasANameOfItsOwn() {
        for (int threads = 1; threads <= 2; threads++) {
            List<String> names =
                    Variant.all(threads).stream().map(Variant::name).toList();
            assertThat(new HashSet<>(names)).hasSameSizeAs(names);
            assertThat(names).contains(Report.OCTAVO, Report.OCTAVO_FLOAT, Report.OCTAVO_PICTURE);
        }
        // Eight int8 forms and the float one, spinning and not.
        assertThat(Variant.all(2))
                .filteredOn(v -> v.rival() == Rival.ONNX_RUNTIME)
                .hasSize(18);
    }

    @Test
    void noticesTellNoiseLoadAndFailures() {
        Report.Agreed agreed = new Report.Agreed(List.of(), 0, "");
        Report.Network quiet = network(
                agreed,
                contender(Report.OCTAVO, Rival.OCTAVO, 1, 1.0, 1.0, 1.01),
                contender("rival", Rival.ONNX_RUNTIME, 2, 2.0, 2.01, 2.0));
        assertThat(Notices.of(List.of(quiet), 0)).noneMatch(notice -> notice.startsWith("Noisy"));
        Report.Network noisy = network(
                new Report.Agreed(List.of(), 0, "no such operator"),
                contender(Report.OCTAVO, Rival.OCTAVO, 1, 1.0, 1.5, 1.0, 2.0),
                contender("rival", Rival.ONNX_RUNTIME, 2, 2.0, 2.0, 2.5, 2.0),
                new Report.Contender("broken", Rival.ONEDNN, true, 1, 1, 0, List.of(), null, "does not load"),
                new Report.Contender("skipped", Rival.ONEDNN, true, 1, 8, 0, List.of(), null, "not tried: 3 times"));
        assertThat(Notices.of(List.of(noisy), 4))
                .anyMatch(notice -> notice.contains("load average was 4.0"))
                .anyMatch(notice -> notice.startsWith("Noisy") && notice.contains("1 of 1"))
                .anyMatch(notice -> notice.equals("net: broken failed: does not load"))
                .anyMatch(notice -> notice.contains("no such operator"))
                .noneMatch(notice -> notice.contains("skipped"));
    }
}
