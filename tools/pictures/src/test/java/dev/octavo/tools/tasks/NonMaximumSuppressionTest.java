package dev.octavo.tools.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.tools.vision.Pictures;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NonMaximumSuppressionTest {
    private static final double OVERLAP = 0.4;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void keepsTheBestOfWhatOverlaps(int seed) {
        RandomGenerator random = Pictures.random(seed);
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            Box box = Box.around(
                    random.nextDouble(50), random.nextDouble(50), 5 + random.nextDouble(20), 5 + random.nextDouble(20));
            detections.add(new Detection(random.nextInt(3), random.nextDouble(), box));
        }
        List<Detection> kept = NonMaximumSuppression.perClass(detections, OVERLAP, 1000);
        for (Detection detection : detections) {
            boolean hasBetter = kept.stream()
                    .anyMatch(other -> other.label() == detection.label()
                            && other.score() > detection.score()
                            && other.box().overlap(detection.box()) > OVERLAP);
            assertThat(kept.contains(detection)).isEqualTo(!hasBetter);
        }
        assertThat(kept).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
        assertThat(NonMaximumSuppression.perClass(detections, OVERLAP, 7)).isEqualTo(kept.subList(0, 7));
    }
}
