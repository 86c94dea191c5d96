package dev.octavo.tools.options;

/** What the bias of a layer makes up for. */
public enum BiasCorrectionRule {
    /** Nothing. */
    NONE,
    /** The mean error of the layer's own rounding, for inputs with the means that batch normalizations tell. */
    ANALYTIC,
    /** The mean error of the layer's own rounding, for inputs with the means that were measured, where some were. */
    MEASURED,
    /**
     * What the mean of the layer's sum differs from that in float when all layers before it are integers too, on the images
     * that activations were measured on. Layers of a network that was not measured are corrected as by {@link #ANALYTIC}.
     */
    SEQUENTIAL
}
