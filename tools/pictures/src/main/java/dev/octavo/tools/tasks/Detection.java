package dev.octavo.tools.tasks;

import java.util.List;

/**
 * An object that a detector has found.
 *
 * @param label of its class, from 0
 * @param score in [0, 1]
 * @param landmarks points of it, such as eyes and corners of the mouth, in the network's order; empty if the network gives
 *     none
 */
public record Detection(int label, double score, Box box, List<Point> landmarks) {
    /** Copies the list. */
    public Detection {
        landmarks = List.copyOf(landmarks);
    }

    /** Creates a detection without landmarks. */
    public Detection(int label, double score, Box box) {
        this(label, score, box, List.of());
    }
}
