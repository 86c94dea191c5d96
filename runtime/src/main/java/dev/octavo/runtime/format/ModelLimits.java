package dev.octavo.runtime.format;

/**
 * How much a model may ask for before it is refused: a file of a few bytes can describe work for years.
 *
 * @param planBytes of memory that one session may take, and of the weights and constants that operations name, in all; at
 *     least 1
 * @param multiplications of one run at batch 1, those of windows of pools and sums over axes included; at least 1
 * @param tensors of a model, and operations as well; at least 1
 */
public record ModelLimits(long planBytes, long multiplications, int tensors) {
    private static final ModelLimits DEFAULTS = new ModelLimits(1L << 32, 1L << 40, 1 << 14);

    /** Checks the ranges. */
    public ModelLimits {
        if (planBytes < 1 || multiplications < 1 || tensors < 1) {
            throw new IllegalArgumentException("limits of " + planBytes + " bytes, " + multiplications
                    + " multiplications and " + tensors + " tensors must be positive");
        }
    }

    /** Returns limits that large networks keep: 4 GiB, 2^40 multiplications (a ResNet-50 has 2^32), 16384 tensors. */
    public static ModelLimits defaults() {
        return DEFAULTS;
    }

    /** Returns these limits with another one for memory. */
    public ModelLimits withPlanBytes(long newPlanBytes) {
        return new ModelLimits(newPlanBytes, multiplications, tensors);
    }

    /** Returns these limits with another one for work. */
    public ModelLimits withMultiplications(long newMultiplications) {
        return new ModelLimits(planBytes, newMultiplications, tensors);
    }

    /** Returns these limits with another one for tensors and operations. */
    public ModelLimits withTensors(int newTensors) {
        return new ModelLimits(planBytes, multiplications, newTensors);
    }
}
