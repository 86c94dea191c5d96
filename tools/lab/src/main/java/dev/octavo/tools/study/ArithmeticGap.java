package dev.octavo.tools.study;

import java.util.List;

/**
 * What true integers compute, against the same network in fake quantization.
 *
 * @param bits of weights and activations
 * @param exactSums against fake quantization whose sums are exact
 * @param floatSums against fake quantization whose sums are as float addition leaves them
 * @param layers in the order in which they run, with exact sums
 */
public record ArithmeticGap(int bits, Measurement exactSums, Measurement floatSums, List<LayerGap> layers) {
    /**
     * One stored value.
     *
     * @param layer the node that computes it
     * @param sqnrDb of the integers, with the fake values for the signal; infinite where all are the same
     * @param differing part of the elements that are not the same
     */
    public record LayerGap(String layer, double sqnrDb, double differing) {}

    /** Copies the list. */
    public ArithmeticGap {
        layers = List.copyOf(layers);
    }
}
