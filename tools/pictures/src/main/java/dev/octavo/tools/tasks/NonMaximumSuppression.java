package dev.octavo.tools.tasks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps one of several detections of the same object: greedily, the one with the highest score. */
public final class NonMaximumSuppression {
    /** Of a class, only so many of the best are looked at, so that hostile outputs cannot take quadratic time. */
    private static final int MOST_PER_CLASS = 2000;

    private NonMaximumSuppression() {}

    /**
     * Removes every detection that overlaps a better one of its class.
     *
     * @param overlap the intersection over union, in [0, 1], above which two boxes are one object
     * @param limit how many to return at most
     * @return the best first; of equal scores the earlier one
     */
    public static List<Detection> perClass(List<Detection> detections, double overlap, int limit) {
        List<Detection> ordered = new ArrayList<>(detections);
        ordered.sort(Comparator.comparingDouble(Detection::score).reversed());
        Map<Integer, List<Detection>> keptOfClass = new HashMap<>();
        Map<Integer, Integer> seenOfClass = new HashMap<>();
        List<Detection> kept = new ArrayList<>();
        for (Detection candidate : ordered) {
            if (kept.size() == limit) {
                break;
            }
            if (seenOfClass.merge(candidate.label(), 1, Integer::sum) > MOST_PER_CLASS) {
                continue;
            }
            List<Detection> better = keptOfClass.computeIfAbsent(candidate.label(), label -> new ArrayList<>());
            if (better.stream().noneMatch(other -> other.box().overlap(candidate.box()) > overlap)) {
                better.add(candidate);
                kept.add(candidate);
            }
        }
        return List.copyOf(kept);
    }
}
