package dev.octavo.tools.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.tools.data.LabelledBoxes.Labelled;
import dev.octavo.tools.tasks.Box;
import dev.octavo.tools.tasks.Detection;
import dev.octavo.tools.tasks.Mask;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MeasuresTest {
    private static final Box LEFT = new Box(0, 0, 10, 10);
    private static final Box RIGHT = new Box(20, 0, 30, 10);
    private static final Box NOWHERE = new Box(50, 50, 60, 60);

    @Test
    void perfectDetectionsHavePrecisionOne() {
        AveragePrecision precision = new AveragePrecision();
        precision.add(List.of(object(0, LEFT), object(3, RIGHT)), List.of(found(0, 0.9, LEFT), found(3, 0.2, RIGHT)));
        assertThat(precision.values(new int[] {1})).containsExactly(1, 1);
    }

    @Test
    void countsMissesAndMistakesAsCocoDoes() {
        AveragePrecision precision = new AveragePrecision();
        // By score: right, wrong, right; a third object is missed.
        precision.add(
                List.of(object(0, LEFT), object(0, RIGHT), object(0, new Box(80, 80, 90, 90))),
                List.of(found(0, 0.9, LEFT), found(0, 0.8, NOWHERE), found(0, 0.7, RIGHT)));
        // Recalls up to 1/3 have precision 1, those up to 2/3 have 2/3: 34 and 33 of 101.
        assertThat(precision.values(new int[] {1})[0]).isCloseTo((34 + 33 * 2 / 3.0) / 101, within(1e-12));
    }

    @Test
    void everySecondDetectionOfAnObjectIsWrong() {
        AveragePrecision precision = new AveragePrecision();
        precision.add(
                List.of(object(0, LEFT), object(0, RIGHT)),
                List.of(found(0, 0.9, LEFT), found(0, 0.8, LEFT), found(0, 0.7, RIGHT)));
        assertThat(precision.values(new int[] {1})[0]).isCloseTo((51 + 50 * 2 / 3.0) / 101, within(1e-12));
    }

    @Test
    void thresholdsOfOverlapAreAveraged() {
        AveragePrecision precision = new AveragePrecision();
        // Intersection over union is 0.72: right at 0.5, 0.55, 0.6, 0.65, 0.7.
        precision.add(List.of(object(0, LEFT)), List.of(found(0, 0.9, new Box(0, 0, 10, 7.2))));
        double[] values = precision.values(new int[] {1});
        assertThat(values[0]).isEqualTo(1);
        assertThat(values[1]).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void crowdsAreNeitherRightNorWrong() {
        AveragePrecision precision = new AveragePrecision();
        Labelled crowd = new Labelled(0, new Box(40, 40, 100, 100), true);
        precision.add(
                List.of(object(0, LEFT), crowd),
                List.of(found(0, 0.95, NOWHERE), found(0, 0.93, NOWHERE), found(0, 0.9, LEFT)));
        assertThat(precision.values(new int[] {1})).containsExactly(1, 1);
    }

    @Test
    void classesWithoutObjectsDoNotCount() {
        AveragePrecision precision = new AveragePrecision();
        precision.add(List.of(object(0, LEFT)), List.of(found(0, 0.9, LEFT), found(5, 0.9, RIGHT)));
        precision.add(List.of(object(1, LEFT)), List.of());
        assertThat(precision.values(new int[] {1, 1})[0]).isEqualTo(0.5);
        assertThat(precision.values(new int[] {2, 0})[0]).isEqualTo(1);
    }

    @Test
    void masksAreComparedByClass() {
        MaskAccuracy accuracy = new MaskAccuracy();
        accuracy.add(
                Mask.of(3, 2, new byte[] {0, 0, 1, 1, (byte) 255, 1}), Mask.of(3, 2, new byte[] {0, 1, 1, 1, 0, 2}));
        // Class 0: 1 of 2; class 1: 2 of 4; class 2 does not occur in the truth.
        assertThat(accuracy.values(new int[] {1})).containsExactly(0.5, 0.6);
    }

    @Test
    void theBootstrapGivesTheStandardErrorOfAMean() {
        Accuracy accuracy = new Accuracy();
        for (int i = 0; i < 400; i++) {
            accuracy.add(i % 4 != 0);
        }
        double[] errors = Bootstrap.standardErrors(400, accuracy::values);
        assertThat(errors[0]).isCloseTo(Math.sqrt(0.75 * 0.25 / 400), within(0.002));
        assertThat(Bootstrap.standardErrors(400, accuracy::values)).isEqualTo(errors);
    }

    private static Labelled object(int label, Box box) {
        return new Labelled(label, box, false);
    }

    private static Detection found(int label, double score, Box box) {
        return new Detection(label, score, box);
    }
}
