/**
 * Lays weights and per-channel constants out in the order in which emitted code reads them.
 *
 * <p>{@link dev.octavo.kernels.machine.packing.PackedConvolution} packs a convolution of bytes and {@link
 * dev.octavo.kernels.machine.packing.PackedFloats} one of floats, block by block; what depends on the instruction set is asked of
 * its {@link dev.octavo.kernels.machine.packing.WeightLayout}. Layers are packed in the order in which they run, in one piece of
 * huge pages, so that what a network reads next lies behind what it reads now.
 */
@NullMarked
package dev.octavo.kernels.machine.packing;

import org.jspecify.annotations.NullMarked;
