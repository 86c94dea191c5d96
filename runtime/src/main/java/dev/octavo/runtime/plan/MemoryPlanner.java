package dev.octavo.runtime.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Offsets for buffers of known lifetimes in as little memory as a greedy choice finds: the largest buffer first, each in
 * the tightest gap between those that live at the same time (greedy by size, with best fit: Pisarchyk and Lee,
 * <i>Efficient Memory Management for Deep Neural Net Inference</i>, 2020).
 */
final class MemoryPlanner {
    /** Every offset is a multiple of this many bytes: one cache line, one AVX-512 register. */
    static final int ALIGNMENT = 64;

    /**
     * A buffer to place.
     *
     * @param bytes at least 1
     * @param first position of the first operation that touches it
     * @param last position of the last operation that touches it
     */
    record Request(long bytes, int first, int last) {
        Request {
            if (bytes < 1 || first > last) {
                throw new IllegalArgumentException("cannot plan " + bytes + " bytes from " + first + " to " + last);
            }
        }

        private boolean overlaps(Request other) {
            return first <= other.last && other.first <= last;
        }
    }

    /** Where each request lies, in the order of the requests, and how many bytes hold them all. */
    record Offsets(long[] offsets, long bytes) {}

    private record Placed(Request request, long offset) {
        private long end() {
            return offset + align(request.bytes);
        }
    }

    private MemoryPlanner() {}

    /** The least multiple of {@link #ALIGNMENT} that is not below {@code bytes}. */
    static long align(long bytes) {
        return Math.addExact(bytes, ALIGNMENT - 1) & -ALIGNMENT;
    }

    static Offsets plan(List<Request> requests) {
        List<Integer> largestFirst = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            largestFirst.add(i);
        }
        largestFirst.sort(
                Comparator.comparingLong((Integer i) -> requests.get(i).bytes())
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()));
        long[] offsets = new long[requests.size()];
        List<Placed> byOffset = new ArrayList<>();
        long bytes = 0;
        for (int i : largestFirst) {
            Placed placed = new Placed(requests.get(i), bestFit(requests.get(i), byOffset));
            int at = byOffset.size();
            while (at > 0 && byOffset.get(at - 1).offset > placed.offset) {
                at--;
            }
            byOffset.add(at, placed);
            offsets[i] = placed.offset;
            bytes = Math.max(bytes, placed.end());
        }
        return new Offsets(offsets, bytes);
    }

    private static long bestFit(Request request, List<Placed> byOffset) {
        long needed = align(request.bytes());
        long best = -1;
        long tightest = Long.MAX_VALUE;
        long end = 0;
        for (Placed placed : byOffset) {
            if (!request.overlaps(placed.request)) {
                continue;
            }
            long gap = placed.offset - end;
            if (gap >= needed && gap < tightest) {
                tightest = gap;
                best = end;
            }
            end = Math.max(end, placed.end());
        }
        return best >= 0 ? best : end;
    }
}
