package dev.octavo.tools.fidelity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * Finds the layers without whose rounding a network would lose least. Runs with parts of the network in float tell which parts
 * matter, and runs with single layers of those parts in float which layers do.
 */
final class LayerCosts {
    private static final int PARTS = 8;
    private static final int PARTS_SEARCHED = 2;

    private LayerCosts() {}

    /**
     * Returns the noise that each of the dearest layers causes, dearest first; layers that cause none are left out.
     *
     * @param layers names in the order in which they run
     * @param noise noise over signal at the worst output with some layers in float
     */
    static Map<String, Double> of(List<String> layers, ToDoubleFunction<Set<String>> noise) {
        double all = noise.applyAsDouble(Set.of());
        int size = Math.ceilDiv(layers.size(), PARTS);
        List<List<String>> parts = new ArrayList<>();
        Map<List<String>, Double> ofParts = new LinkedHashMap<>();
        for (int from = 0; from < layers.size(); from += size) {
            List<String> part = layers.subList(from, Math.min(layers.size(), from + size));
            parts.add(part);
            ofParts.put(part, noise.applyAsDouble(new TreeSet<>(part)));
        }
        parts.sort(Comparator.comparing(ofParts::get));
        Map<String, Double> costs = new LinkedHashMap<>();
        for (List<String> part : parts.subList(0, Math.min(PARTS_SEARCHED, parts.size()))) {
            for (String layer : part) {
                double saved = all - noise.applyAsDouble(Set.of(layer));
                if (saved > 0) {
                    costs.put(layer, saved);
                }
            }
        }
        Map<String, Double> sorted = new LinkedHashMap<>();
        costs.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .forEachOrdered(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }
}
