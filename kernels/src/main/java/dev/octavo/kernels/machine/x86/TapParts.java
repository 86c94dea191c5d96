package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.work.PixelGrid.Pixel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Which of a tile's pixels take which columns of taps: the others meet nothing but zeros there. */
final class TapParts {
    private TapParts() {}

    /**
     * Consecutive columns that the same pixels take.
     *
     * @param first column of taps
     * @param end column after the last
     * @param pixels of the tile, perhaps none
     */
    record Part(int first, int end, List<Integer> pixels) {
        /** Whether it is all columns. */
        boolean isWhole(int taps) {
            return first == 0 && end == taps;
        }
    }

    /**
     * Returns the parts of a tile, in order of their columns.
     *
     * @param taps columns of a window
     */
    static List<Part> of(List<Pixel> pixels, int taps) {
        List<Part> found = new ArrayList<>();
        for (int i = 0; i < taps; i++) {
            int tap = i;
            List<Integer> taking = IntStream.range(0, pixels.size())
                    .filter(m -> tap >= pixels.get(m).skip().first()
                            && tap < taps - pixels.get(m).skip().last())
                    .boxed()
                    .toList();
            boolean same = !found.isEmpty() && found.getLast().pixels.equals(taking);
            int first = same ? found.removeLast().first : tap;
            found.add(new Part(first, tap + 1, taking));
        }
        return found;
    }
}
