package dev.octavo.runtime.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model says about itself.
 *
 * @param name of the network
 * @param labels of the classes, in the order of the logits; empty if unknown
 * @param preprocessing how pictures become the float input that the original network expects
 * @param settings how the model was quantized: option to value, in a fixed order
 */
public record ModelMetadata(
        String name, List<String> labels, Preprocessing preprocessing, Map<String, String> settings) {
    /**
     * {@code x = (p − mean) / std} on 8-bit values p of a picture that was cropped to the centre and resized.
     *
     * @param mean per channel, on the scale 0..255; empty if unknown
     * @param std per channel, on the scale 0..255; empty if unknown
     * @param crop the part of the shorter side that the central square keeps, in (0, 1]
     */
    public record Preprocessing(List<Float> mean, List<Float> std, float crop) {
        /** Copies the lists. */
        public Preprocessing {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
        }
    }

    /** Copies the collections; the settings keep their order. */
    public ModelMetadata {
        labels = List.copyOf(labels);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
}
