package dev.octavo.tools.tasks;

import java.util.List;

/** Knows how the outputs of a family of detectors encode boxes. */
@FunctionalInterface
public interface DetectionDecoder {
    /**
     * Decodes the outputs of one run at batch 1.
     *
     * @param outputs in the order of the model
     * @param threshold scores up to this one are left out
     * @return every class of every box with a score above the threshold, in pixels of the model's input, without
     *     suppression
     * @throws IllegalArgumentException if the outputs are not those of the family; the message names them
     */
    List<Detection> decode(List<ModelOutput> outputs, double threshold);
}
