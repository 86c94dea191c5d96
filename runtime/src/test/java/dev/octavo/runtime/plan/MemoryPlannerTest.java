package dev.octavo.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.plan.MemoryPlanner.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryPlannerTest {
    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noTwoLiveBuffersOverlap(long seed) {
        List<Request> requests = random(seed);
        MemoryPlanner.Offsets plan = MemoryPlanner.plan(requests);
        for (int i = 0; i < requests.size(); i++) {
            Request a = requests.get(i);
            long start = plan.offsets()[i];
            assertThat(start).isNotNegative();
            assertThat(start % MemoryPlanner.ALIGNMENT).isZero();
            assertThat(start + a.bytes()).isLessThanOrEqualTo(plan.bytes());
            for (int j = 0; j < i; j++) {
                Request b = requests.get(j);
                boolean liveTogether = a.first() <= b.last() && b.first() <= a.last();
                boolean apart = start + a.bytes() <= plan.offsets()[j] || plan.offsets()[j] + b.bytes() <= start;
                assertThat(!liveTogether || apart)
                        .as("%s at %d and %s at %d", a, start, b, plan.offsets()[j])
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void memoryIsNearWhatLivesAtOnce(long seed) {
        List<Request> requests = random(seed);
        long most = 0;
        for (int position = 0; position < 40; position++) {
            long live = 0;
            for (Request request : requests) {
                live += request.first() <= position && position <= request.last()
                        ? MemoryPlanner.align(request.bytes())
                        : 0;
            }
            most = Math.max(most, live);
        }
        assertThat(MemoryPlanner.plan(requests).bytes()).isBetween(most, 2 * most);
    }

    @Test
    void aChainTakesItsTwoLargestNeighbours() {
        List<Request> chain = List.of(
                new Request(640, -1, 0), new Request(6400, 0, 1), new Request(3200, 1, 2), new Request(64, 2, 3));
        assertThat(MemoryPlanner.plan(chain).bytes()).isEqualTo(9600);
    }

    @Test
    void nothingTakesNothing() {
        assertThat(MemoryPlanner.plan(List.of()).bytes()).isZero();
    }

    private static List<Request> random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Request> requests = new ArrayList<>();
        for (int i = random.nextInt(1, 60); i > 0; i--) {
            int first = random.nextInt(36) - 1;
            requests.add(new Request(1L + random.nextInt(5000), first, first + random.nextInt(5)));
        }
        return requests;
    }
}
