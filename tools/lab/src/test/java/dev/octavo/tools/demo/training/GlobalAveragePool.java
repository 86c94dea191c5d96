package dev.octavo.tools.demo.training;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mean of each channel over all places. */
final class GlobalAveragePool implements Layer {
    private @Nullable Batch output;
    private @Nullable Batch inputGradient;
    private int height;
    private int width;

    @Override
    public Batch forward(Batch input, boolean training) {
        height = input.height;
        width = input.width;
        Batch result = Batch.reuse(output, input.count, 1, 1, input.channels);
        Arrays.fill(result.values, 0);
        int places = height * width;
        for (int i = 0; i < input.values.length; i++) {
            result.values[mean(i, input.channels, places)] += input.values[i] / places;
        }
        output = result;
        return result;
    }

    @Override
    public Batch backward(Batch outputGradient) {
        int channels = outputGradient.channels;
        Batch result = Batch.reuse(inputGradient, outputGradient.count, height, width, channels);
        int places = height * width;
        for (int i = 0; i < result.values.length; i++) {
            result.values[i] = outputGradient.values[mean(i, channels, places)] / places;
        }
        inputGradient = result;
        return result;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    /** Where the mean of value {@code i} stands. */
    private static int mean(int i, int channels, int places) {
        return i / (channels * places) * channels + i % channels;
    }
}
