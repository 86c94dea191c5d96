package dev.octavo.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.octavo.kernels.machine.LowerSets;
import dev.octavo.kernels.scalar.ScalarKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every tier gives the bytes of the scalar tier, in all of memory: those of the output, and no others; however its units
 * are divided.
 */
class KernelContractTest {
    @TestFactory
    Stream<DynamicTest> everyTierGivesTheBytesOfTheScalarTier() {
        List<KernelCase> cases = KernelCases.all();
        return Tiers.underTest().stream()
                .filter(tier -> !tier.name().equals("scalar"))
                .flatMap(tier -> cases.stream()
                        .map(test ->
                                DynamicTest.dynamicTest(tier.name() + " " + test.name(), () -> check(tier, test))));
    }

    /** What an instruction set below the best one has no kernel for is served, and tested, as another tier. */
    @TestFactory
    Stream<DynamicTest> everyInstructionSetGivesTheBytesOfTheScalarTier() {
        String tier = System.getProperty("octavo.test.tier", "machine");
        List<KernelSet> sets = tier.equals("machine") ? LowerSets.usable() : List.of();
        List<KernelCase> cases = KernelCases.all();
        return IntStream.range(0, sets.size())
                .boxed()
                .flatMap(i -> cases.stream()
                        .map(test -> DynamicTest.dynamicTest("lower set " + i + " " + test.name(), () -> {
                            if (prepares(sets.get(i), test)) {
                                check(sets.get(i), test);
                            }
                        })));
    }

    private static boolean prepares(KernelSet set, KernelCase test) {
        try (Arena arena = Arena.ofConfined()) {
            return set.prepare(test.spec(), arena).isPresent();
        }
    }

    @Test
    void everyOperationHasCases() {
        Set<Class<?>> covered =
                KernelCases.all().stream().map(test -> test.spec().getClass()).collect(Collectors.toSet());
        assertThat(covered).containsExactlyInAnyOrder(KernelSpec.class.getPermittedSubclasses());
    }

    @Test
    void theScalarTierDoesNotDependOnTheDivisionOfUnits() {
        for (KernelCase test : KernelCases.all()) {
            check(new ScalarKernels(), test);
        }
    }

    static void check(KernelSet tier, KernelCase test) {
        try (Arena arena = Arena.ofConfined()) {
            Kernel reference = new ScalarKernels().prepare(test.spec(), arena).orElseThrow();
            Kernel kernel = tier.prepare(test.spec(), arena).orElseThrow();
            long scratch = test.memory().scratch();
            MemorySegment initial = test.memory().allocate(arena, kernel.scratchBytes());
            MemorySegment expected = arena.allocate(initial.byteSize(), 64).copyFrom(initial);
            reference.run(expected, scratch);

            for (int[] bounds : divisions(kernel.units())) {
                MemorySegment actual = arena.allocate(initial.byteSize(), 64).copyFrom(initial);
                for (int piece : shuffled(bounds.length - 1)) {
                    kernel.run(actual, scratch, bounds[piece], bounds[piece + 1]);
                }
                compare(test, kernel, expected, actual, bounds);
            }
        }
    }

    /** The boundaries of the pieces: all at once, in halves, and at random. */
    private static List<int[]> divisions(int units) {
        Random random = new Random(units);
        List<int[]> divisions = new ArrayList<>();
        divisions.add(new int[] {0, units});
        if (units > 1) {
            divisions.add(new int[] {0, units / 2, units});
            int[] cuts = random.ints(Math.min(units, 7), 0, units + 1).sorted().toArray();
            int[] bounds = new int[cuts.length + 2];
            System.arraycopy(cuts, 0, bounds, 1, cuts.length);
            bounds[bounds.length - 1] = units;
            divisions.add(bounds);
        }
        return divisions;
    }

    private static List<Integer> shuffled(int count) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(count));
        return order;
    }

    private static void compare(
            KernelCase test, Kernel kernel, MemorySegment expected, MemorySegment actual, int[] bounds) {
        long scratch = test.memory().scratch();
        long beyond = scratch + kernel.scratchBytes();
        assertThat(MemorySegment.mismatch(expected, beyond, expected.byteSize(), actual, beyond, actual.byteSize()))
                .as("first byte written beyond the scratch of %s", kernel.name())
                .isNegative();
        long mismatch = MemorySegment.mismatch(expected, 0, scratch, actual, 0, scratch);
        if (mismatch >= 0) {
            fail(
                    "%s of %s, units %s: byte %d is %d instead of %d; the output begins at %d",
                    kernel.name(),
                    test,
                    Arrays.toString(bounds),
                    mismatch,
                    actual.get(ValueLayout.JAVA_BYTE, mismatch),
                    expected.get(ValueLayout.JAVA_BYTE, mismatch),
                    test.spec().output().offset());
        }
    }
}
