package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQuant against its definition, which sorts the elements of a kernel instead of being fast. */
class SQuantDefinitionTest {
    /** One weight of the channel that is rounded. */
    private static final class Element {
        private final double x;
        private double q;

        Element(double x) {
            this.x = x;
            this.q = Math.rint(x);
        }

        double error() {
            return q - x;
        }

        double magnitude() {
            return Math.abs(error());
        }

        boolean canMove(int step, IntegerRange range) {
            return step > 0 ? error() < 0 && x < range.high() : error() > 0 && x > range.low();
        }
    }

    private static double sum(List<Element> elements) {
        return elements.stream().mapToDouble(Element::error).sum();
    }

    private static int step(double sum) {
        return sum < 0 ? 1 : -1;
    }

    private static List<Element> largestFirst(List<Element> elements) {
        return elements.stream()
                .sorted(Comparator.comparingDouble(Element::magnitude).reversed())
                .toList();
    }

    private static byte[] round(List<List<Element>> kernels, IntegerRange range, WeightRounding rounding) {
        List<Element> nominees = new ArrayList<>();
        for (List<Element> kernel : kernels) {
            if (kernel.size() == 1 || !rounding.balancesKernels()) {
                kernel.stream()
                        .filter(element -> element.canMove(step(element.error()), range))
                        .forEach(nominees::add);
                continue;
            }
            double sum = sum(kernel);
            List<Element> order = largestFirst(kernel.stream()
                    .filter(element -> element.canMove(step(sum), range))
                    .toList());
            int moves = Math.min((int) Math.rint(Math.abs(sum)), order.size());
            order.subList(0, moves).forEach(element -> element.q += step(sum));
            int nominee = moves >= Math.abs(sum) ? moves - 1 : moves;
            if (nominee >= 0 && nominee < order.size()) {
                nominees.add(order.get(nominee));
            }
        }
        if (rounding.balancesChannels()) {
            double sum = kernels.stream().mapToDouble(SQuantDefinitionTest::sum).sum();
            List<Element> order = largestFirst(nominees.stream()
                    .filter(element -> step(element.error()) == step(sum))
                    .toList());
            int moves = Math.min((int) Math.rint(Math.abs(sum)), order.size());
            order.subList(0, moves).forEach(element -> element.q += step(sum));
        }
        List<Element> all = kernels.stream().flatMap(List::stream).toList();
        byte[] values = new byte[all.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) range.round(all.get(i).q);
        }
        return values;
    }

    /** Weights are multiples of 1/16, so that many errors are equal; a fifth of them lies outside of the grid. */
    @ParameterizedTest
    @CsvSource({"8,1,200", "8,9,1", "8,9,150", "4,9,64", "3,9,65", "4,3,130", "2,25,30", "6,49,9"})
    void movesTheSameElements(int bits, int taps, int kernels) {
        IntegerRange range = IntegerRange.signed(bits);
        var shape = WeightShape.dense(1, kernels, taps);
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            float[] weights = new float[shape.size()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) Math.rint((2 * random.nextDouble() - 1) * 1.25 * 16 * range.high()) / 16;
            }
            for (WeightRounding rounding : WeightRounding.values()) {
                List<List<Element>> elements = new ArrayList<>();
                for (int n = 0; n < kernels; n++) {
                    List<Element> kernel = new ArrayList<>();
                    for (int k = 0; k < taps; k++) {
                        kernel.add(new Element(weights[n * taps + k]));
                    }
                    elements.add(kernel);
                }
                assertThat(QuantizedWeights.quantize(weights, shape, new float[] {1}, range, rounding)
                                .values())
                        .as("%s, seed %d", rounding, seed)
                        .isEqualTo(round(elements, range, rounding));
            }
        }
    }
}
