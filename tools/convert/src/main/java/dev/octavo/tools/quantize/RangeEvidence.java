package dev.octavo.tools.quantize;

import java.util.Optional;

/**
 * What is known of an activation tensor when its range is chosen.
 *
 * @param model its distribution: from batch normalizations, propagated, or fitted to what was seen
 * @param observation what runs of the network showed
 * @param normalized whether the model follows from batch normalizations, so that it holds for the data of the training, and not
 *     for the inputs of a run alone
 * @param sum whether the tensor is a sum of two tensors
 * @param depth layers from the inputs to the tensor, as a share of the most that there are to any, in [0, 1]
 */
public record RangeEvidence(
        ClippedNormals model, Optional<ValueObservation> observation, boolean normalized, boolean sum, double depth) {
    /** The largest magnitude that the bounds of the tensor allow; infinite where there are none. */
    double bound(IntegerRange range) {
        double bound = range.low() < 0 ? Math.max(0, -model.low()) : 0;
        for (int c = 0; c < model.channels(); c++) {
            bound = Math.max(bound, model.high(c));
        }
        return bound;
    }
}
