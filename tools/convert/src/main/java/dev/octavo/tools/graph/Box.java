package dev.octavo.tools.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A box of a tensor, whose sides may run backwards and in steps: at first the whole. */
public final class Box {
    private final int[] shape;
    private final List<Integer> starts;
    private final List<Integer> steps;

    /** Creates the whole of a tensor. */
    public Box(int[] shape) {
        this.shape = shape.clone();
        starts = new ArrayList<>(Collections.nCopies(shape.length, 0));
        steps = new ArrayList<>(Collections.nCopies(shape.length, 1));
    }

    /** Restricts a dimension to {@code size} indices from {@code start} on, {@code step} apart; returns this box. */
    public Box side(int dimension, int start, int step, int size) {
        starts.set(dimension, start);
        steps.set(dimension, size > 1 ? step : 1);
        shape[dimension] = size;
        return this;
    }

    /** Returns the extents of the box. */
    public int[] shape() {
        return shape.clone();
    }

    /** Returns the first index of each dimension. */
    public List<Integer> starts() {
        return List.copyOf(starts);
    }

    /** Returns the distance between indices of each dimension. */
    public List<Integer> steps() {
        return List.copyOf(steps);
    }

    /** Tells whether the box is all of a tensor, in its order. */
    public boolean isWhole(int[] tensor) {
        return Arrays.equals(shape, tensor) && steps.stream().allMatch(step -> step == 1);
    }
}
