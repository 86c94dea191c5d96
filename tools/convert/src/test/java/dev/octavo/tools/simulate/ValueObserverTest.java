package dev.octavo.tools.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.tools.quantize.ValueObservation;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValueObserverTest {
    private static FloatBatch batch(Random random, int images) {
        float[] values = new float[images * 64 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (1000 * (i % 3) + (1 + i % 3) * random.nextGaussian());
        }
        return FloatBatch.of(images, new int[] {1, 3, 8, 8}, values);
    }

    @Test
    void momentsAreThoseOfEachChannel() {
        var observer = new ValueObserver(3, 1);
        Random random = new Random(2);
        for (int i = 0; i < 40; i++) {
            observer.add(batch(random, 50));
        }
        ValueObservation observation = observer.observation();
        for (int c = 0; c < 3; c++) {
            assertThat(observation.mean()[c]).isCloseTo(1000 * c, within(0.05));
            assertThat(observation.variance()[c]).isCloseTo((1 + c) * (1 + c), within(0.1));
        }
        assertThat(observation.min()).isBetween(-7f, -3f);
        assertThat(observation.max()).isBetween(2009f, 2021f);
    }

    @Test
    void samplesAreARandomPartOfAllBatches() {
        var observer = new ValueObserver(1, 3);
        for (int b = 0; b < 20; b++) {
            float[] values = new float[30_000];
            for (int i = 0; i < values.length; i++) {
                values[i] = b * values.length + i;
            }
            observer.add(FloatBatch.of(30_000, new int[] {1, 1}, values));
        }
        float[] samples = observer.observation().samples();
        assertThat(samples.length).isBetween(ValueObserver.MAX_SAMPLES / 2, ValueObserver.MAX_SAMPLES);
        int[] perTenth = new int[10];
        for (float sample : samples) {
            perTenth[(int) (sample / 60_000)]++;
        }
        for (int count : perTenth) {
            assertThat(10.0 * count / samples.length).isCloseTo(1, within(0.01));
        }
    }

    @Test
    void fewValuesAreAllKeptAndSeedsRepeat() {
        float[] values = new float[10];
        IntStream.range(0, 10).forEach(i -> values[i] = i);
        var observer = new ValueObserver(1, 3);
        observer.add(FloatBatch.of(10, new int[] {1, 1}, values));
        assertThat(observer.observation().samples()).containsExactly(values);
        Random random = new Random(4);
        FloatBatch many = batch(random, 2000);
        var one = new ValueObserver(3, 9);
        var other = new ValueObserver(3, 9);
        one.add(many);
        other.add(many);
        assertThat(one.observation().samples())
                .containsExactly(other.observation().samples());
    }

    @Test
    void refusesWhatDoesNotFit() {
        var observer = new ValueObserver(2, 1);
        assertThatThrownBy(observer::observation).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> observer.add(batch(new Random(1), 1))).isInstanceOf(IllegalArgumentException.class);
    }
}
