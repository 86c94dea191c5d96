package dev.octavo.tools.demo.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Named layers, one after the other.
 *
 * @param byName in the order of the forward pass
 */
record Layers(SequencedMap<String, Layer> byName) {
    Layers {
        byName = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byName));
    }

    Batch forward(Batch input, boolean training) {
        Batch batch = input;
        for (Layer layer : byName.values()) {
            batch = layer.forward(batch, training);
        }
        return batch;
    }

    Batch backward(Batch outputGradient) {
        Batch gradient = outputGradient;
        for (Layer layer : byName.reversed().values()) {
            gradient = layer.backward(gradient);
        }
        return gradient;
    }

    List<Parameter> parameters() {
        return byName.values().stream()
                .flatMap(layer -> layer.parameters().stream())
                .toList();
    }

    /** What a layer kept of its last forward pass. */
    static Batch forwarded(@Nullable Batch kept) {
        if (kept == null) {
            throw new IllegalStateException("backward before forward");
        }
        return kept;
    }
}
