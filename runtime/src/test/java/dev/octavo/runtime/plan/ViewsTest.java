package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.TensorView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ViewsTest {
    @RepeatedTest(300)
    void reshapedViewsKeepTheOrderOfElements(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        int[] factors = {2, 3, 2, 1, 2, 1};
        TensorView view = TensorView.contiguous(ElementType.INT8, 5, grouped(factors, random));
        view = view.permuted(permutation(view.rank(), random));
        int[] wanted = grouped(factors, random);
        Optional<TensorView> reshaped = Views.reshaped(view, wanted);
        if (view.isContiguous()) {
            assertThat(reshaped).isPresent();
        }
        if (reshaped.isPresent()) {
            assertThat(reshaped.get().shape()).isEqualTo(wanted);
            assertThat(offsets(reshaped.get())).isEqualTo(offsets(view));
        }
    }

    @Test
    void aSplitOfInterleavedChannelsNeedsNoCopy() {
        TensorView map = TensorView.nhwc(ElementType.INT8, 0, 1, 6, 5, 4);
        TensorView split = Views.reshaped(map, new int[] {1, 2, 3, 5, 4}).orElseThrow();
        assertThat(split.strides()).endsWith(3, 1, 24, 6);
        assertThat(Views.reshaped(map, new int[] {1, 120})).isEmpty();
        assertThatThrownBy(() -> Views.reshaped(map, new int[] {1, 119})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void slicesMayGoBackwards() {
        TensorView row = TensorView.contiguous(ElementType.FLOAT32, 0, 1, 5);
        TensorView slice = Views.sliced(row, List.of(0, 4), List.of(1, -2), new int[] {1, 3});
        assertThat(offsets(slice)).containsExactly(16L, 8L, 0L);
    }

    @Test
    void featureMapsOfAnyRankAreFeatureMaps() {
        TensorView whole = TensorView.nhwc(ElementType.UINT8, 0, 2, 3, 1, 4);
        TensorView sequence = Views.ofRank(whole, 3);
        assertThat(sequence.shape()).containsExactly(2, 3, 4);
        assertThat(offsets(Views.featureMap(sequence))).isEqualTo(offsets(whole));
        assertThat(Views.featureMap(sequence).isFeatureMap()).isTrue();
        TensorView vector = TensorView.contiguous(ElementType.UINT8, 0, 2, 3);
        assertThat(Views.featureMap(vector).isFeatureMap()).isTrue();
        assertThat(offsets(Views.featureMap(vector))).isEqualTo(offsets(vector));
    }

    /** Neighbouring factors multiplied at random. */
    private static int[] grouped(int[] factors, SplittableRandom random) {
        List<Integer> shape = new ArrayList<>();
        for (int factor : factors) {
            if (!shape.isEmpty() && random.nextInt(3) == 0) {
                shape.set(shape.size() - 1, shape.getLast() * factor);
            } else {
                shape.add(factor);
            }
        }
        return shape.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] permutation(int rank, SplittableRandom random) {
        int[] order = new int[rank];
        for (int d = 0; d < rank; d++) {
            int other = random.nextInt(2) == 0 ? d : random.nextInt(d + 1);
            order[d] = order[other];
            order[other] = d;
        }
        return order;
    }

    private static List<Long> offsets(TensorView view) {
        List<Long> offsets = new ArrayList<>();
        int[] index = new int[view.rank()];
        for (long i = 0; i < view.elements(); i++) {
            long rest = i;
            long offset = view.offset();
            for (int d = view.rank() - 1; d >= 0; d--) {
                index[d] = (int) (rest % view.size(d));
                rest /= view.size(d);
                offset += index[d] * view.stride(d);
            }
            offsets.add(offset);
        }
        return offsets;
    }
}
