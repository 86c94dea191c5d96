package dev.octavo.tools.options;

import dev.octavo.tools.equalization.EqualizeNoise;
import dev.octavo.tools.equalization.EqualizeRanges;

/** How channels between two layers in a row are equalized before they are quantized. */
public enum Equalization {
    /**
     * NSRE for weights with one scale per tensor, none for others: they need none, and activations get worse by it. None
     * where scales of activations are given.
     */
    AUTO,
    /** Least noise of the activations and of both weights together; see {@link EqualizeNoise}. */
    NSRE,
    /** Cross-layer equalization: both layers' weights get the same ranges; see {@link EqualizeRanges}. */
    CLE,
    /** Not at all. */
    NONE
}
