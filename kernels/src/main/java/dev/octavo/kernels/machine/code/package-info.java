/**
 * The seam between neutral code and instruction sets. {@link dev.octavo.kernels.machine.code.CodeFamily} says how wide vectors
 * are, how channels and weights are laid out for them, and how large the caches are; {@link
 * dev.octavo.kernels.machine.code.KernelCode} emits the variants of a kernel. Geometry, packing and the order of work are decided
 * by its callers; registers and instructions are known to its implementations only.
 */
@NullMarked
package dev.octavo.kernels.machine.code;

import org.jspecify.annotations.NullMarked;
