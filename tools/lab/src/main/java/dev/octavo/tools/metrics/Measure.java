package dev.octavo.tools.metrics;

import java.util.List;

/** Quantities of a set of pictures, or of as many drawn from it with replacement. */
public interface Measure {
    /** Returns the names of the quantities. */
    List<String> names();

    /** Returns the number of pictures. */
    int pictures();

    /**
     * Returns the quantities, as parts of 1; NaN where a resample says nothing.
     *
     * @param times how often each picture counts
     */
    double[] values(int[] times);
}
