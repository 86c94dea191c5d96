package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class NoiseEqualizerTest {
    private static final double STEP = 1 / 127.0;
    private static final double[] FIRST = {2, .1, .4};
    private static final double[] SECOND = {.05, .5, .2};
    private static final NoiseEqualizer.Channels CHANNELS = new NoiseEqualizer.Channels(
            new double[] {6, 3, .5}, FIRST, SECOND, new double[] {.01, .4, .1}, new double[] {3, 1, .05}, new double[] {
                2, 2, 2
            });

    private static Offset<Double> digits(double value, int digits) {
        return within(Math.abs(value) * Math.pow(10, -digits));
    }

    @Test
    void closedFormBetweenItsBounds() {
        var equalizer = NoiseEqualizer.of(CHANNELS, STEP, STEP);
        double[] scales = equalizer.step(6, .4);
        assertThat(scales).containsExactly(new double[] {5, 0.51221058, 1}, within(1e-8));
        assertThat(equalizer.boundedNoise(6, .4, scales)).isCloseTo(1.271320e-3, digits(1.27e-3, 6));
    }

    @Test
    void gridOptimum() {
        var equalizer = NoiseEqualizer.of(CHANNELS, STEP, STEP);
        double[] scales = equalizer.solve();
        assertThat(scales).containsExactly(new double[] {5.15297772, 2, 1.03059554}, within(1e-7));
        assertThat(equalizer.noise(scales)).isCloseTo(3.373137e-4, digits(3.37e-4, 6));
    }

    @Test
    void objectiveOfOtherEqualizations() {
        var equalizer = NoiseEqualizer.of(CHANNELS, STEP, STEP);
        assertThat(equalizer.noise(new double[] {1, 1, 1})).isCloseTo(1.454058e-3, digits(1.45e-3, 6));
        double[] crossLayer = new double[3];
        for (int i = 0; i < 3; i++) {
            crossLayer[i] = Math.sqrt(FIRST[i] / SECOND[i]);
        }
        assertThat(equalizer.noise(crossLayer)).isCloseTo(1.937256e-3, digits(1.94e-3, 6));
        double[] scaled = {3, 3, 3};
        assertThat(equalizer.noise(scaled)).isCloseTo(1.454058e-3, digits(1.45e-3, 6));
    }

    @Test
    void nestedSearchFindsTheBestOfTheWholeGrid() {
        var random = new Random(3);
        for (int run = 0; run < 50; run++) {
            int n = 2 + random.nextInt(30);
            double[][] arrays = new double[6][];
            for (int i = 0; i < arrays.length; i++) {
                arrays[i] = random.doubles(n).map(v -> Math.exp(6 * v - 3)).toArray();
            }
            var equalizer = NoiseEqualizer.of(
                    new NoiseEqualizer.Channels(arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], arrays[5]),
                    1 / 255.0,
                    STEP);
            double m1 = 0;
            double m2 = 0;
            for (int i = 0; i < n; i++) {
                m1 = Math.max(m1, arrays[0][i] * arrays[2][i]);
                m2 = Math.max(m2, arrays[1][i] * arrays[2][i]);
            }
            double least = Double.POSITIVE_INFINITY;
            for (int u = 0; u < 24; u++) {
                for (int v = 0; v < 24; v++) {
                    double t1 = m1 * Math.pow(2, 9 * u / 23.0);
                    double t2 = m2 * Math.pow(2, 9 * v / 23.0);
                    least = Math.min(least, equalizer.boundedNoise(t1, t2, equalizer.step(t1, t2)));
                }
            }
            assertThat(equalizer.noise(equalizer.solve())).as("run %d", run).isLessThanOrEqualTo(least * (1 + 1e-9));
        }
    }

    @Test
    void deadChannelsKeepTheirScaleAndTheRestHasGeometricMeanOne() {
        double[] scales = NoiseEqualizer.scales(
                new NoiseEqualizer.Channels(
                        new double[] {6, 3, .5, 1, 0},
                        new double[] {2, .1, .4, 1e-12, 1},
                        new double[] {.05, .5, .2, 1, 1},
                        new double[] {.01, .4, .1, 1, 1},
                        new double[] {3, 1, .05, 1, 1},
                        new double[] {2, 2, 2, 2, 2}),
                STEP,
                STEP);
        assertThat(scales[3]).isEqualTo(1);
        assertThat(scales[4]).isEqualTo(1);
        assertThat(scales[0] * scales[1] * scales[2]).isCloseTo(1, within(1e-12));
        assertThat(scales[0] / scales[1]).isCloseTo(5.15297772 / 2, within(1e-7));
    }
}
