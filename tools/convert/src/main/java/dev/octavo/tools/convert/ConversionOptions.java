package dev.octavo.tools.convert;

import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.draw.InputKind;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.options.FidelityOptions;
import dev.octavo.tools.options.QuantizationOptions;
import dev.octavo.tools.records.Records;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a conversion is asked for. The same graph and options always give the same model file.
 *
 * @param mean per input channel, on the scale 0..255, or one for all; empty for pictures that the network takes as they are
 * @param std per input channel, on the scale 0..255, or one for all; as many as means
 * @param crop the part of a picture's shorter side that the central square keeps, in (0, 1]
 * @param labels of the classes, or empty
 * @param inputRange least and greatest value of an input that is no picture
 * @param inputKind what the numbers of an input with a range stand for
 * @param fidelity what is done about the loss
 * @param worstInFloat how many of the layers whose rounding costs most at the outputs stay in float, besides those that the
 *     quantization names
 * @param framing how pictures of any size and colour become those that the network takes
 * @param task what the outputs mean
 */
public record ConversionOptions(
        QuantizationOptions quantization,
        List<Float> mean,
        List<Float> std,
        float crop,
        List<String> labels,
        Optional<Range> inputRange,
        InputKind inputKind,
        FidelityOptions fidelity,
        int worstInFloat,
        Framing framing,
        ModelMetadata.Task task) {
    /** Bits of weights and activations unless others are asked for. */
    public static final int DEFAULT_BITS = 8;

    /** Least and greatest value. */
    public record Range(double low, double high) {
        /** Checks the order. */
        public Range {
            if (!(low < high && Double.isFinite(low) && Double.isFinite(high))) {
                throw new IllegalArgumentException(
                        "the input range must be two finite numbers, the smaller one first, not " + low + ", " + high);
            }
        }
    }

    /**
     * How pictures fill the network's input.
     *
     * @param channels which colours the network's channels are
     * @param fit how pictures of other proportions fill the input
     * @param fill colour around letterboxed pictures, one value or one per channel in the network's order, in 0..255; empty
     *     for black
     */
    public record Framing(ModelMetadata.ChannelOrder channels, ModelMetadata.Fit fit, List<Float> fill) {
        /** Red, green and blue, cropped to the centre. */
        public static final Framing CROPPED =
                new Framing(ModelMetadata.ChannelOrder.RGB, ModelMetadata.Fit.CROP, List.of());

        /** Checks the colour. */
        public Framing {
            fill = List.copyOf(fill);
            if (!fill.stream().allMatch(sample -> sample >= 0 && sample <= 255)) {
                throw new IllegalArgumentException("the fill colour must be in 0..255, not " + fill);
            }
        }
    }

    /** Checks every value. */
    public ConversionOptions {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        labels = List.copyOf(labels);
        if (mean.size() != std.size()) {
            throw new IllegalArgumentException(
                    "mean has " + mean.size() + " values and std has " + std.size() + ": give as many of both");
        }
        if (worstInFloat < 0) {
            throw new IllegalArgumentException("worstInFloat must be at least 0, not " + worstInFloat);
        }
        if (inputRange.isPresent() && !mean.isEmpty()) {
            throw new IllegalArgumentException(
                    "mean and std are for pictures, the input range is for other inputs: give one of them");
        }
        for (int c = 0; c < mean.size(); c++) {
            if (!Float.isFinite(mean.get(c)) || !(std.get(c) > 0) || !Float.isFinite(std.get(c))) {
                throw new IllegalArgumentException(
                        "mean must be finite and std positive, not " + mean.get(c) + " and " + std.get(c));
            }
        }
        if (!(crop > 0 && crop <= 1)) {
            throw new IllegalArgumentException("crop must be above 0 and at most 1, not " + crop);
        }
    }

    /** The default quantization of a number of bits, for pictures that the network takes as they are. */
    public static ConversionOptions forBits(int bits) {
        return forBits(bits, bits);
    }

    /** Returns the default options of two numbers of bits, 2 to 8, of weights and of activations. */
    public static ConversionOptions forBits(int ofWeights, int ofActivations) {
        return new ConversionOptions(
                QuantizationOptions.forBits(ofWeights, ofActivations),
                List.of(),
                List.of(),
                1,
                List.of(),
                Optional.empty(),
                InputKind.ANY,
                FidelityOptions.defaults(),
                0,
                Framing.CROPPED,
                ModelMetadata.Task.UNKNOWN);
    }

    /** What a model file says of its making, beside its name, labels and preprocessing: path of the option to value. */
    Map<String, String> settings() {
        Map<String, String> settings = Records.settings(this);
        settings.keySet().removeAll(List.of("mean", "std", "crop", "labels"));
        settings.keySet().removeIf(path -> path.startsWith("framing.") || path.startsWith("task."));
        return settings;
    }

    /** Returns a copy with another quantization. */
    public ConversionOptions with(QuantizationOptions newQuantization) {
        return new ConversionOptions(
                newQuantization, mean, std, crop, labels, inputRange, inputKind, fidelity, worstInFloat, framing, task);
    }

    /** Returns a copy with another normalisation of pictures. */
    public ConversionOptions withNormalisation(List<Float> newMean, List<Float> newStd) {
        return new ConversionOptions(
                quantization,
                newMean,
                newStd,
                crop,
                labels,
                inputRange,
                inputKind,
                fidelity,
                worstInFloat,
                framing,
                task);
    }

    /** Returns a copy with another crop of pictures. */
    public ConversionOptions withCrop(float newCrop) {
        return new ConversionOptions(
                quantization, mean, std, newCrop, labels, inputRange, inputKind, fidelity, worstInFloat, framing, task);
    }

    /** Returns a copy with another way to fit pictures. */
    public ConversionOptions withFraming(Framing newFraming) {
        return new ConversionOptions(
                quantization, mean, std, crop, labels, inputRange, inputKind, fidelity, worstInFloat, newFraming, task);
    }

    /** Returns a copy with another meaning of the outputs. */
    public ConversionOptions withTask(ModelMetadata.Task newTask) {
        return new ConversionOptions(
                quantization, mean, std, crop, labels, inputRange, inputKind, fidelity, worstInFloat, framing, newTask);
    }

    /** Returns a copy with the names of the classes. */
    public ConversionOptions withLabels(List<String> newLabels) {
        return new ConversionOptions(
                quantization, mean, std, crop, newLabels, inputRange, inputKind, fidelity, worstInFloat, framing, task);
    }

    /** Returns a copy for an input that is no picture. */
    public ConversionOptions withInputRange(Range range) {
        return new ConversionOptions(
                quantization,
                List.of(),
                List.of(),
                1,
                labels,
                Optional.of(range),
                inputKind,
                fidelity,
                worstInFloat,
                framing,
                task);
    }

    /** Returns the same options for an input with a range of some kind. */
    public ConversionOptions withInputKind(InputKind kind) {
        return new ConversionOptions(
                quantization, mean, std, crop, labels, inputRange, kind, fidelity, worstInFloat, framing, task);
    }

    /** Returns the same options with something else done about the loss. */
    public ConversionOptions withFidelity(FidelityOptions newFidelity) {
        return new ConversionOptions(
                quantization, mean, std, crop, labels, inputRange, inputKind, newFidelity, worstInFloat, framing, task);
    }

    /** Returns a copy with another number of layers in float. */
    public ConversionOptions withWorstInFloat(int layers) {
        return new ConversionOptions(
                quantization, mean, std, crop, labels, inputRange, inputKind, fidelity, layers, framing, task);
    }

    /**
     * The preprocessing that a model file records for an input of some channels.
     *
     * @throws GraphException if there are means for another number of channels
     */
    public ModelMetadata.Preprocessing preprocessing(int channels) {
        return new ModelMetadata.Preprocessing(
                repeated(mean, 0, channels),
                repeated(std, 1, channels),
                crop,
                framing.channels(),
                framing.fit(),
                framing.fill());
    }

    private static List<Float> repeated(List<Float> values, float missing, int channels) {
        if (values.size() == channels) {
            return values;
        }
        if (values.size() > 1) {
            throw new GraphException(values.size() + " values of mean and std for " + channels
                    + " input channels: give one, or one per channel");
        }
        return Collections.nCopies(channels, values.isEmpty() ? missing : values.getFirst());
    }
}
