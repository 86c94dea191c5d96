package dev.octavo.kernels;

import dev.octavo.kernels.tiers.KernelSets;
import java.util.List;

/** The tiers that a run of the tests is about: all usable ones, or the one that property {@code octavo.test.tier} names. */
final class Tiers {
    private Tiers() {}

    static List<KernelSet> underTest() {
        String name = System.getProperty("octavo.test.tier");
        return name == null ? KernelSets.usable() : List.of(KernelSets.byName(name));
    }
}
