package dev.octavo.tools.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.tools.data.DataException;
import dev.octavo.tools.data.LabelledData;
import dev.octavo.tools.vision.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EvaluationTest {
    @Test
    void ordersClasses() {
        float[] logits = {1, 3, 2, 3, Float.NaN, -1};
        assertThat(Logits.best(logits)).isEqualTo(1);
        assertThat(Logits.top(logits, 4)).containsExactly(1, 3, 2, 0);
        assertThat(Logits.top(logits, 9)).containsExactly(1, 3, 2, 0, 5, 4);
        assertThat(IntStream.range(0, 6).map(i -> Logits.rank(logits, i))).containsExactly(3, 0, 2, 1, 5, 4);
        assertThat(Logits.rank(new float[] {Float.NaN, Float.NaN}, 1)).isEqualTo(1);
    }

    @Test
    void turnsLogitsIntoProbabilities() {
        assertThat(Logits.probabilities(new float[] {1000, 1000, (float) (1000 + Math.log(2))}))
                .containsExactly(new double[] {0.25, 0.25, 0.5}, within(1e-4));
        assertThat(Logits.probabilities(new float[] {0.125f, 0, 0.875f})).containsExactly(0.125, 0, 0.875);
    }

    @Test
    void countsAccuracyAndAgreement() {
        EvaluationCounter counter = new EvaluationCounter();
        // Right; fifth and so among the five best; last of six; and the reference is right once and agrees twice.
        counter.add(0, new float[] {9, 5, 4, 3, 2, 1}, new float[] {9, 5, 4, 3, 2, 1});
        counter.add(4, new float[] {9, 5, 4, 3, 2, 1}, new float[] {9, 5, 4, 3, 2, 1});
        counter.add(5, new float[] {9, 5, 4, 3, 2, 1}, new float[] {1, 9, 4, 3, 2, 5});
        Evaluation evaluation = counter.evaluation();
        assertThat(evaluation.images()).isEqualTo(3);
        assertThat(evaluation.top1()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(evaluation.top5()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(evaluation.agreement()).hasValueCloseTo(2 / 3.0, within(1e-12));
        assertThat(evaluation.referenceTop1()).hasValueCloseTo(1 / 3.0, within(1e-12));
        // Signal 3 · 136; noise (9−1)² + (5−9)² + (1−5)².
        assertThat(evaluation.sqnrDb()).hasValueCloseTo(10 * Math.log10(408.0 / 96), within(1e-9));
    }

    @Test
    void hasNoComparisonWithoutAReference() {
        EvaluationCounter counter = new EvaluationCounter();
        counter.add(1, new float[] {1, 2});
        assertThat(counter.evaluation().agreement()).isEmpty();
        assertThat(counter.evaluation().sqnrDb()).isEmpty();
        assertThatThrownBy(() -> counter.add(1, new float[] {1, 2}, new float[] {1}))
                .hasMessageContaining("one has 2 classes, the other 1");
        assertThatThrownBy(() -> new EvaluationCounter().evaluation()).hasMessageContaining("no pictures");
    }

    @Test
    void isInfinitelyCloseToItself() {
        EvaluationCounter counter = new EvaluationCounter();
        counter.add(1, new float[] {1, 2}, new float[] {1, 2});
        assertThat(counter.evaluation().sqnrDb()).hasValue(Double.POSITIVE_INFINITY);
    }

    @Test
    void showsEveryPictureInOrder() {
        List<Integer> seen = new ArrayList<>();
        Evaluation evaluation = Evaluator.evaluate(
                new Brightness(),
                Optional.of(new Brightness()),
                pictures(37, 5),
                (index, picture, logits, reference) -> {
                    assertThat(picture.sample(0, 0, 0)).isEqualTo(index % 5);
                    assertThat(reference).isPresent();
                    seen.add(index);
                });
        assertThat(seen).isEqualTo(IntStream.range(0, 37).boxed().toList());
        assertThat(evaluation.top1()).isEqualTo(1);
        assertThat(evaluation.agreement()).hasValue(1);
    }

    @Test
    void refusesLabelsThatTheModelDoesNotKnow() {
        assertThatThrownBy(() -> Evaluator.evaluate(new Brightness(), pictures(9, 7), done -> {}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("picture 5: label 5, but the model knows only 5 classes");
    }

    @Test
    void summarisesLatencies() {
        Latency latency = Latency.of(
                IntStream.rangeClosed(1, 200).mapToLong(i -> i * 1_000_000L).toArray());
        assertThat(latency).isEqualTo(new Latency(200, 100.5, 198, 1, 100.5));
        assertThat(Latency.of(new long[] {7_000_000})).isEqualTo(new Latency(1, 7, 7, 7, 7));
    }

    @Test
    void countsAllocatedBytes() {
        AllocationMeter meter = AllocationMeter.create();
        List<byte[]> kept = new ArrayList<>(10_000);
        assertThat(meter.bytesPerRun(() -> kept.add(new byte[1000]), 100)).isBetween(1000L, 1100L);
        assertThat(meter.bytesPerRun(() -> {}, 1000)).isZero();
    }

    private static LabelledData pictures(int count, int labels) {
        return LabelledData.of(
                IntStream.range(0, count)
                        .mapToObj(i -> Picture.of(1, 1, 1, new byte[] {(byte) (i % labels)}))
                        .toList(),
                IntStream.range(0, count).map(i -> i % labels).boxed().toList());
    }

    /** Sees the class of a picture in its only pixel. */
    private static final class Brightness implements Classifier {
        @Override
        public int classes() {
            return 5;
        }

        @Override
        public float[] logits(Picture picture) {
            float[] logits = new float[5];
            logits[picture.sample(0, 0, 0)] = 1;
            return logits;
        }

        @Override
        public void close() {}
    }
}
