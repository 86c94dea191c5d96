package dev.octavo.tools.graph;

import java.util.Arrays;

/**
 * What the values of a constant are whole multiples of, where it was quantized elsewhere.
 *
 * @param scales one, or one for each index along {@code axis}
 * @param axis counted from 0; without meaning for one scale
 */
public record Steps(float[] scales, int axis) {
    /** Copies the array. */
    public Steps {
        scales = scales.clone();
    }

    @Override
    public float[] scales() {
        return scales.clone();
    }

    /** Whether all values have the same step. */
    public boolean common() {
        return scales.length == 1;
    }

    /** The step of an index along the axis. */
    public float at(int index) {
        return common() ? scales[0] : scales[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Steps steps && axis == steps.axis && Arrays.equals(scales, steps.scales);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(scales) * 31 + axis;
    }

    @Override
    public String toString() {
        return "steps of " + (common() ? scales[0] : Arrays.toString(scales) + " along " + axis);
    }
}
