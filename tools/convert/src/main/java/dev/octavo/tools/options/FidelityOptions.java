package dev.octavo.tools.options;

/**
 * What is done about the loss of a conversion.
 *
 * @param check whether the model is compared with the float network on drawn inputs
 * @param targetSqnrDb ratio of signal to noise, in dB, that every output should have: below it, what pays most is tried
 * @param repair whether anything is tried: scales of channels, and layers in float
 * @param acceptLoss whether a model is given that is to be taken for broken
 */
public record FidelityOptions(boolean check, double targetSqnrDb, boolean repair, boolean acceptLoss) {
    /** Checks the target. */
    public FidelityOptions {
        if (!(targetSqnrDb >= 0 && targetSqnrDb <= 100)) {
            throw new IllegalArgumentException(
                    "the target for the ratio of signal to noise must lie in [0, 100] dB, not " + targetSqnrDb);
        }
    }

    /** Checks, repairs below 18 dB, and refuses what is broken. */
    public static FidelityOptions defaults() {
        return new FidelityOptions(true, 18, true, false);
    }

    /** Neither checks nor repairs anything. */
    public static FidelityOptions none() {
        return new FidelityOptions(false, 18, false, true);
    }

    /** Returns the same options with the check, and all that follows from it, or without. */
    public FidelityOptions withCheck(boolean newCheck) {
        return new FidelityOptions(newCheck, targetSqnrDb, repair, acceptLoss);
    }

    /** Returns the same options with another target. */
    public FidelityOptions withTargetSqnrDb(double target) {
        return new FidelityOptions(check, target, repair, acceptLoss);
    }

    /** Returns the same options with repair or without. */
    public FidelityOptions withRepair(boolean newRepair) {
        return new FidelityOptions(check, targetSqnrDb, newRepair, acceptLoss);
    }

    /** Returns the same options for models whatever they lose, or not. */
    public FidelityOptions withAcceptLoss(boolean accept) {
        return new FidelityOptions(check, targetSqnrDb, repair, accept);
    }
}
