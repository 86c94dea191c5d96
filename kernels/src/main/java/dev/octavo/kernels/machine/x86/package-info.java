/**
 * Emits kernels for x86-64 with AVX2, AVX-VNNI or AVX-512 VNNI: what {@link dev.octavo.kernels.machine.x86.X86Family} gives the
 * rest of the machine tier.
 *
 * <p>{@link dev.octavo.kernels.machine.x86.WorkLoop} frames every kernel: it saves registers, goes through the items from one
 * unit to another, puts an item's fields into registers and jumps to its variant. An emitter takes the geometry and writes one
 * variant. {@link dev.octavo.kernels.machine.x86.Simd} says what differs between vector widths once; {@link
 * dev.octavo.kernels.machine.x86.ConstantPool} holds vectors that are read relative to one register.
 *
 * <p>{@code vpdpbusd} wants unsigned by signed bytes: signed inputs get their highest bit flipped when they are read, and biases
 * hold −128 · Σ weights for it. Without that instruction, {@link dev.octavo.kernels.machine.x86.WordGroups} arranges
 * weights so that the products of several steps can be summed exactly as words.
 *
 * <p>{@link dev.octavo.kernels.machine.x86.ConvolutionTile} takes a step of 32 bits at a time: four bytes, or one float. {@link
 * dev.octavo.kernels.machine.x86.Arithmetic} says what a step multiplies, and a {@link
 * dev.octavo.kernels.machine.x86.TileEpilogue} what becomes of the sums. Sums of floats depend on their order, which the tile
 * keeps: each is one chain of fused multiply-adds.
 *
 * <p>{@link dev.octavo.kernels.machine.x86.RequantizationEmitter} is the epilogue of everything that accumulates bytes. It is
 * exact because a 24-bit multiplier times an accumulator below 2^24, rounded once, is what a fused multiply-add on 1.5·2^23
 * computes; what lies beyond saturates.
 */
@NullMarked
package dev.octavo.kernels.machine.x86;

import org.jspecify.annotations.NullMarked;
