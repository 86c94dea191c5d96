/**
 * The scalar tier: each operation as plain loops, in the words of its record. It has a kernel for every case, and what it
 * computes is what the other tiers must compute, byte for byte.
 */
@NullMarked
package dev.octavo.kernels.scalar;

import org.jspecify.annotations.NullMarked;
