package dev.octavo.server.repository;

import dev.octavo.runtime.Model;
import dev.octavo.serving.Predictor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A version of a model that is loaded and warm.
 *
 * @param name by which it is asked for
 * @param version a whole number
 * @param model what computes
 * @param predictor its queue
 * @param labels of the classes; empty if unknown
 * @param pictures how pictures go in; empty if the model takes none
 * @param loaded when it was
 */
public record ServedModel(
        String name,
        String version,
        Model model,
        Predictor predictor,
        List<String> labels,
        Optional<PictureInputs> pictures,
        Instant loaded) {
    /** Ends it once everything that it accepted is done. */
    void retire() {
        predictor.close();
        model.close();
    }
}
