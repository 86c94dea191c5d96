/**
 * Geometry of tensors, and lists of work for emitted code, without any instruction.
 *
 * <p>A {@link dev.octavo.kernels.machine.work.WorkList} holds the items that an {@link
 * dev.octavo.kernels.machine.work.EmittedKernel} goes through. A {@link dev.octavo.kernels.machine.work.PixelGrid} covers the
 * output of a convolution with tiles, {@link dev.octavo.kernels.machine.work.ConvolutionRuns} are the inputs under a window,
 * {@link dev.octavo.kernels.machine.work.ChannelBlock} divides channels, and {@link dev.octavo.kernels.machine.work.Lines} turns
 * tensors of an element-wise operation into lines.
 */
@NullMarked
package dev.octavo.kernels.machine.work;

import org.jspecify.annotations.NullMarked;
