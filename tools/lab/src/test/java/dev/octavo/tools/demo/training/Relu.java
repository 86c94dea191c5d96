package dev.octavo.tools.demo.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** max(x, 0), in place: it must follow a layer that does not read its output again. */
final class Relu implements Layer {
    private @Nullable Batch output;

    @Override
    public Batch forward(Batch input, boolean training) {
        float[] values = input.values;
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(values[i], 0);
        }
        output = input;
        return input;
    }

    @Override
    public Batch backward(Batch outputGradient) {
        float[] kept = Layers.forwarded(output).values;
        float[] gradient = outputGradient.values;
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = kept[i] > 0 ? gradient[i] : 0;
        }
        return outputGradient;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
