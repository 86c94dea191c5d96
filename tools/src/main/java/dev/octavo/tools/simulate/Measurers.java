package dev.octavo.tools.simulate;

import dev.octavo.tools.passes.Measurer;
import dev.octavo.tools.passes.StatisticsSource;

/** What finds out about activations, by the source that options name. */
public final class Measurers {
    private Measurers() {}

    /** The measurer of a source. */
    public static Measurer of(StatisticsSource source) {
        return switch (source) {
            case StatisticsSource.Analytic() -> Measurer.NONE;
            case StatisticsSource.Synthetic(long seed, int images) -> new SyntheticForward(seed, images);
        };
    }
}
