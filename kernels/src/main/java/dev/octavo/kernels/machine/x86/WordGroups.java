package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.packing.StepArranger;
import dev.octavo.kernels.machine.packing.StepGroups;
import dev.octavo.kernels.machine.work.ChannelBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Groups of steps whose products are summed as words: {@code vpmaddubsw} multiplies and adds pairs of bytes, {@code vpaddw} adds the
 * sums of up to eight steps, and only their sum is widened. All of these sums are exact for any input if, for each word, the
 * positive weights of a group's steps, and the negative ones, sum to at most 32767 / (greatest input) in magnitude: 128 for
 * uint8, 258 for inputs up to 127.
 *
 * <p>So steps are brought together that leave each other room: those with the greatest weights first, each with the next that fit.
 * A pair of weights that exceeds the limit alone is divided into halves, which do not; one of them becomes part of a further step
 * with the same inputs. Where that takes too many, such steps are multiplied as words, which need no limit, or all steps are.
 */
final class WordGroups implements StepArranger {
    /** What the tile's loops go through, in this order. */
    static final int[] KINDS = {8, 4, 2, 1, StepGroups.WORDS};

    /** Cycles per pixel of a group with four accumulators, measured on Zen 3 in loops of nothing else. */
    private static final double[] CYCLES = new double[9];

    private static final double CYCLES_OF_WORDS = 5.3;

    static {
        CYCLES[8] = 22.0;
        CYCLES[7] = 22.0;
        CYCLES[4] = 11.6;
        CYCLES[2] = 6.67;
        CYCLES[1] = 4.06;
    }

    /** Loads are bytes. */
    private static final int GREATEST_LOAD = 255;

    private static final int ALIGNMENT = 64;

    private final int limit;
    private final SegmentAllocator scratch;
    private MemorySegment extended = MemorySegment.NULL;
    private MemorySegment loads = MemorySegment.NULL;
    private MemorySegment greatest = MemorySegment.NULL;
    private MemorySegment sources = MemorySegment.NULL;
    private MemorySegment order = MemorySegment.NULL;
    private MemorySegment groups = MemorySegment.NULL;

    /**
     * @param greatestInput at least 1
     * @param scratch memory for planning
     */
    WordGroups(int greatestInput, SegmentAllocator scratch) {
        this.limit = Short.MAX_VALUE / greatestInput;
        this.scratch = scratch;
    }

    /**
     * Groups that hold all steps.
     *
     * @param grouped {@link GroupRoutines#GROUP_INTS} ints each
     * @param words numbers of steps that are multiplied as words
     */
    private record Plan(int[] grouped, int[] words) {
        double cycles() {
            double sum = words.length * CYCLES_OF_WORDS;
            for (int at = 0; at < grouped.length; at += GroupRoutines.GROUP_INTS) {
                sum += CYCLES[grouped[at]];
            }
            return sum;
        }
    }

    @Override
    public Arranged arrange(MemorySegment packed, int steps, int segment, ChannelBlock block, SegmentAllocator memory) {
        GroupRoutines routines = GroupRoutines.loaded(block.vectors());
        reserve(steps, routines.stepBytes());
        int halved = routines.halve(packed, steps, extended, sources, limit);
        int[] halvedSteps = sources.asSlice(0, (long) halved * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
        int total = steps + halved;
        int shift = limit > GREATEST_LOAD ? 1 : 0;
        routines.loads(extended, total, loads, greatest, shift);
        int[] loadOf = greatest.asSlice(0, (long) total * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
        Planning planning = new Planning(routines, steps, segment, halvedSteps, loadOf, shift);
        Plan plan = planning.halves();
        if (halved > 0) {
            Plan words = planning.words();
            plan = words.cycles() < plan.cycles() ? words : plan;
            Plan allWords = planning.allWords();
            plan = allWords.cycles() < plan.cycles() ? allWords : plan;
        }
        return lay(plan, packed, steps, halvedSteps, routines, memory);
    }

    private void reserve(int steps, int stepBytes) {
        // Each step may be halved; then there is one of zeros, and the last half may be written in vain.
        long most = 2L * steps + 2;
        if (extended.byteSize() < most * stepBytes) {
            extended = scratch.allocate(most * stepBytes, ALIGNMENT);
            loads = scratch.allocate(most * stepBytes, ALIGNMENT);
        }
        if (order.byteSize() < most * Integer.BYTES) {
            greatest = scratch.allocate(most * Integer.BYTES, ALIGNMENT);
            sources = scratch.allocate(most * Integer.BYTES, ALIGNMENT);
            order = scratch.allocate(most * Integer.BYTES, ALIGNMENT);
            groups = scratch.allocate(most * GroupRoutines.GROUP_INTS * Integer.BYTES, ALIGNMENT);
        }
    }

    /** The plans for one block. */
    private final class Planning {
        private final GroupRoutines routines;
        private final int steps;
        private final int segment;
        private final int[] halvedSteps;
        private final int[] loadOf;
        private final int shift;

        Planning(GroupRoutines routines, int steps, int segment, int[] halvedSteps, int[] loadOf, int shift) {
            this.routines = routines;
            this.steps = steps;
            this.segment = segment;
            this.halvedSteps = halvedSteps;
            this.loadOf = loadOf;
            this.shift = shift;
        }

        /** With halves as further steps. */
        Plan halves() {
            return new Plan(grouped(false), new int[0]);
        }

        /** With steps as words where they had to be halved. */
        Plan words() {
            return new Plan(grouped(true), halvedSteps);
        }

        Plan allWords() {
            int[] all = new int[steps];
            int count = 0;
            for (int step = 0; step < steps; step++) {
                all[count] = step;
                count += loadOf[step] == 0 ? 0 : 1;
            }
            return new Plan(new int[0], Arrays.copyOf(all, count));
        }

        /** Groups of the steps, segment by segment; steps of zeros are left out. */
        private int[] grouped(boolean withoutHalved) {
            int[] ordered = new int[steps + halvedSteps.length];
            int half = 0;
            int count = 0;
            for (int first = 0; first < steps; first += segment) {
                int end = Math.min(steps, first + segment);
                int listed = 0;
                int halfBefore = half;
                for (int step = first; step < end; step++) {
                    boolean isHalved = half < halvedSteps.length && halvedSteps[half] == step;
                    half += isHalved ? 1 : 0;
                    if (loadOf[step] != 0 && !(isHalved && withoutHalved)) {
                        ordered[listed++] = key(step);
                    }
                }
                for (int i = halfBefore; i < half && !withoutHalved; i++) {
                    ordered[listed++] = key(steps + i);
                }
                if (listed > 0) {
                    count += group(ordered, listed, count);
                }
            }
            return groups.asSlice(0, (long) count * GroupRoutines.GROUP_INTS * Integer.BYTES)
                    .toArray(ValueLayout.JAVA_INT);
        }

        private int group(int[] ordered, int listed, int count) {
            Arrays.sort(ordered, 0, listed);
            for (int i = 0; i < listed; i++) {
                ordered[i] &= MOST_STEPS - 1;
            }
            MemorySegment.copy(ordered, 0, order, ValueLayout.JAVA_INT, 0, listed);
            MemorySegment rest = groups.asSlice((long) count * GroupRoutines.GROUP_INTS * Integer.BYTES);
            return routines.group(loads, order, listed, rest, Math.min(GREATEST_LOAD, limit >> shift));
        }

        /** A step's number behind what sorts it: those of greater loads come first. */
        private int key(int step) {
            int load = Math.max(loadOf[step] & 0xFF, loadOf[step] >> 16 & 0xFF);
            return (GREATEST_LOAD - load) * MOST_STEPS + step;
        }
    }

    private static final int MOST_STEPS = 1 << 22;

    /** Lays the weights out, groups of one kind together. */
    private Arranged lay(
            Plan plan,
            MemorySegment packed,
            int steps,
            int[] halvedSteps,
            GroupRoutines routines,
            SegmentAllocator memory) {
        int zeros = steps + halvedSteps.length;
        int stepBytes = routines.stepBytes();
        extended.asSlice((long) zeros * stepBytes, stepBytes).fill((byte) 0);
        int[] grouped = plan.grouped;
        int groupCount = grouped.length / GroupRoutines.GROUP_INTS;
        int[] kinds = new int[groupCount + plan.words.length];
        int[] weights = new int[kinds.length];
        int[] firsts = new int[kinds.length];
        int[] numbers = new int[groupCount * GroupRoutines.LARGEST + plan.words.length];
        int laid = 0;
        int next = 0;
        for (int kind : KINDS) {
            for (int at = 0; at < grouped.length; at += GroupRoutines.GROUP_INTS) {
                int size = grouped[at];
                if (kind == StepGroups.WORDS || (size == 7 ? 8 : size) != kind) {
                    continue;
                }
                kinds[laid] = kind;
                weights[laid] = next * stepBytes;
                firsts[laid++] = next;
                for (int i = 0; i < kind; i++) {
                    numbers[next++] = i < size ? grouped[at + 1 + i] : zeros;
                }
            }
        }
        int byteSteps = next;
        for (int step : plan.words) {
            kinds[laid] = StepGroups.WORDS;
            weights[laid] = (byteSteps + 2 * (next - byteSteps)) * stepBytes;
            firsts[laid++] = next;
            numbers[next++] = step;
        }
        long bytes = (byteSteps + 2L * plan.words.length) * stepBytes;
        MemorySegment result = memory.allocate(Math.max(bytes, ALIGNMENT), ALIGNMENT);
        MemorySegment.copy(numbers, 0, order, ValueLayout.JAVA_INT, 0, byteSteps);
        if (byteSteps > 0) {
            routines.copy(extended, order, byteSteps, result);
        }
        if (plan.words.length > 0) {
            MemorySegment.copy(plan.words, 0, order, ValueLayout.JAVA_INT, 0, plan.words.length);
            routines.words(packed, order, plan.words.length, result.asSlice((long) byteSteps * stepBytes));
        }
        for (int i = 0; i < next; i++) {
            int number = numbers[i];
            if (number >= steps) {
                // Steps of zeros read what the group's first does.
                numbers[i] = number < zeros ? halvedSteps[number - steps] : numbers[i - GroupRoutines.LARGEST + 1];
            }
        }
        return new Arranged(result, new StepGroups(kinds, weights, firsts, Arrays.copyOf(numbers, next)));
    }
}
