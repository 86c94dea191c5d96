package dev.octavo.tools.quantize;

/** Order statistics in linear time. */
final class Selection {
    private Selection() {}

    /**
     * The {@code rank}-th largest of the first {@code count} values (Hoare's quickselect, median of three); reorders them.
     *
     * @param values no NaN
     * @param rank from 1, the maximum, to {@code count}
     */
    static double largest(double[] values, int count, int rank) {
        int low = 0;
        int high = count - 1;
        int target = rank - 1;
        while (low < high) {
            double pivot = median(values[low], values[(low + high) >>> 1], values[high]);
            int left = low;
            int right = high;
            while (left <= right) {
                while (values[left] > pivot) {
                    left++;
                }
                while (values[right] < pivot) {
                    right--;
                }
                if (left <= right) {
                    double swapped = values[left];
                    values[left++] = values[right];
                    values[right--] = swapped;
                }
            }
            if (target <= right) {
                high = right;
            } else if (target >= left) {
                low = left;
            } else {
                return values[target];
            }
        }
        return values[target];
    }

    private static double median(double a, double b, double c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
