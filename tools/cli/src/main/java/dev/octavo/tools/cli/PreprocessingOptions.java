package dev.octavo.tools.cli;

import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.runtime.format.ModelMetadata.ChannelOrder;
import dev.octavo.runtime.format.ModelMetadata.Fit;
import dev.octavo.tools.vision.Preprocessing;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How pictures become a model's input, as far as the command line says. */
final class PreprocessingOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--mean",
            split = ",",
            paramLabel = "R,G,B",
            description = "Mean of each channel in the model's order, or one for all, on the scale 0..255.")
    private @Nullable List<Float> mean;

    @Option(
            names = "--std",
            split = ",",
            paramLabel = "R,G,B",
            description =
                    "Standard deviation of each channel in the model's order, or one for all, on the scale 0..255.")
    private @Nullable List<Float> std;

    @Option(
            names = "--crop",
            paramLabel = "F",
            description = "Part of the short side that the centred crop keeps, above 0 and at most 1, such as 0.875.")
    private @Nullable Float crop;

    @Option(
            names = "--channels",
            paramLabel = "ORDER",
            description =
                    "Which colours the model's channels are: ${COMPLETION-CANDIDATES}; rgb unless the model says else.")
    private @Nullable ChannelOrder channelOrder;

    @Option(
            names = "--fit",
            paramLabel = "HOW",
            description =
                    "How pictures fill the model's input: ${COMPLETION-CANDIDATES}; crop unless the model says else.")
    private @Nullable Fit fit;

    @Option(
            names = "--fill",
            split = ",",
            paramLabel = "R,G,B",
            description =
                    "Colour around a letterboxed picture, one value or one for each of the model's channels, 0..255.")
    private @Nullable List<Float> fill;

    /** Whether the command line says anything of preprocessing. */
    boolean given() {
        return mean != null || std != null || crop != null || channelOrder != null || fit != null || fill != null;
    }

    /**
     * For a model that takes pictures of so many channels: what the command line says, else what is known, else samples as
     * they are, 0..255, of the whole centred square.
     *
     * @throws ParameterException if the command line says nonsense
     */
    ModelMetadata.Preprocessing resolve(int channels, Optional<ModelMetadata.Preprocessing> known) {
        Optional<ModelMetadata.Preprocessing> fitting =
                known.filter(preprocessing -> preprocessing.mean().size() == channels);
        List<Float> resolvedMean = mean == null
                ? fitting.map(ModelMetadata.Preprocessing::mean).orElse(Collections.nCopies(channels, 0f))
                : spread("--mean", mean, channels);
        List<Float> resolvedStd = std == null
                ? fitting.map(ModelMetadata.Preprocessing::std).orElse(Collections.nCopies(channels, 1f))
                : spread("--std", std, channels);
        float resolvedCrop = crop != null
                ? crop
                : known.map(ModelMetadata.Preprocessing::crop).orElse(1f);
        ModelMetadata.Preprocessing resolved = new ModelMetadata.Preprocessing(
                resolvedMean,
                resolvedStd,
                resolvedCrop,
                channelOrder != null
                        ? channelOrder
                        : known.map(ModelMetadata.Preprocessing::channels).orElse(ChannelOrder.RGB),
                fit != null ? fit : known.map(ModelMetadata.Preprocessing::fit).orElse(Fit.CROP),
                fill != null
                        ? fill
                        : known.map(ModelMetadata.Preprocessing::fill).orElse(List.of()));
        try {
            Preprocessing.of(resolved);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        doubtScale();
        return resolved;
    }

    /** A network that was trained on samples in 0..1 has such numbers, which on the scale 0..255 are out of place. */
    private void doubtScale() {
        if (std != null && std.stream().allMatch(value -> value > 0 && value < 1)) {
            command.commandLine()
                    .getErr()
                    .println("octavo: warning: --std " + std + " is below one step of a picture's samples;"
                            + " mean and std are on the scale 0..255, so multiply them by 255 if they are for 0..1");
        }
    }

    private List<Float> spread(String option, List<Float> values, int channels) {
        if (values.size() == 1) {
            return Collections.nCopies(channels, values.getFirst());
        }
        if (values.size() != channels) {
            throw new ParameterException(
                    command.commandLine(),
                    option + " has " + values.size() + " values, but the model takes pictures of " + channels
                            + " channels");
        }
        return values;
    }
}
