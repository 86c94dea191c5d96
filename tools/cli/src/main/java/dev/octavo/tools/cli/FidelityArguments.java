package dev.octavo.tools.cli;

import dev.octavo.tools.options.FidelityOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What is to be done about the loss of a conversion, as far as the command line says. */
final class FidelityArguments {
    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--no-check",
            description =
                    "Do not compare the model with the float network on drawn inputs, which takes a second or two.")
    private boolean unchecked;

    @Option(
            names = "--accept-loss",
            description = "Write the model even if the check takes it for broken: an output below 10 dB.")
    private boolean acceptLoss;

    @Option(
            names = "--target-sqnr",
            paramLabel = "DB",
            description = "Ratio of signal to noise that every output should have, 18 by default; below it scales of"
                    + " channels and layers in float are tried, and kept if they help.")
    private @Nullable Double target;

    @Option(names = "--strict-tensor", description = "Change nothing to reach the target: quantize as asked.")
    private boolean strict;

    /** Returns options of which the command line replaces what it says. */
    FidelityOptions over(FidelityOptions options) {
        FidelityOptions result = options;
        if (unchecked) {
            result = result.withCheck(false);
        }
        if (acceptLoss) {
            result = result.withAcceptLoss(true);
        }
        if (strict) {
            result = result.withRepair(false);
        }
        if (target != null) {
            if (unchecked || strict) {
                throw new ParameterException(
                        command.commandLine(),
                        "--target-sqnr needs the check and repair: leave out --no-check and --strict-tensor");
            }
            try {
                result = result.withTargetSqnrDb(target).withRepair(true);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(command.commandLine(), "--target-sqnr: " + e.getMessage(), e);
            }
        }
        return result;
    }
}
