/**
 * Encodes x86-64 instructions: general registers, addresses, VEX and EVEX vector instructions, jumps to labels.
 *
 * <p>{@link dev.octavo.kernels.machine.x86.assembler.Assembler} refuses what cannot be encoded. A new vector instruction is one
 * line of {@link dev.octavo.kernels.machine.x86.assembler.VectorInstruction} and, in {@code instructions.txt} of the tests, the
 * bytes that GNU as writes for it with low and high registers, all kinds of addresses, broadcast and masks.
 */
@NullMarked
package dev.octavo.kernels.machine.x86.assembler;

import org.jspecify.annotations.NullMarked;
