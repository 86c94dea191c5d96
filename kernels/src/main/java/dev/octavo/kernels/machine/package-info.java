/**
 * The machine tier: an x86-64 assembler, kernels that it emits for the CPU found at run time, and the memory they run in.
 *
 * <p>The Vector API has no dot product of bytes; {@code vpdpbusd} does 64 multiply-adds per cycle and lane group. So the
 * kernels of this package are written by Java into memory that is first writable and then executable, never both.
 */
@NullMarked
package dev.octavo.kernels.machine;

import org.jspecify.annotations.NullMarked;
