package dev.octavo.tools.passes;

/** What the bias of a layer makes up for. */
public enum BiasCorrectionRule {
    /** Nothing. */
    NONE,
    /** The mean error of the layer's own rounding, for inputs with the means that the statistics tell. */
    ANALYTIC
}
