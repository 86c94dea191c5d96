/**
 * The machine tier: an x86-64 assembler, kernels that it emits for the CPU found at run time, and the memory they run in.
 *
 * <p>The Vector API has no dot product of bytes; {@code vpdpbusd} does 64 multiply-adds per instruction. Nor is it quick before
 * the JVM has compiled it, which takes seconds. So the kernels of this package are written by Java into memory that is first
 * writable and then executable, never both.
 *
 * <h2>Writing a kernel</h2>
 *
 * <h3>Contract</h3>
 *
 * <p>A {@link dev.octavo.kernels.KernelSpec} defines every byte of the result, and the scalar tier computes it literally. A kernel
 * here gives the same bytes for every input, or {@link MachineKernels#prepare} returns empty and the next tier serves. It may read
 * {@link dev.octavo.kernels.KernelSet#SLACK_BYTES} beyond a tensor, and never writes beyond it. All that is known when it is prepared
 * is constant in its code: strides, taps, types, bounds. What changes per call are three addresses and a range of units.
 *
 * <h3>Work</h3>
 *
 * <p>Units are the items of a {@link WorkList}: offsets of input, output and residual, addresses of packed constants, a count, and the
 * variant of the code that serves the item. {@link WorkLoop} frames every kernel: it saves registers, goes through the items from
 * one unit to another, puts an item's fields into registers and jumps to its variant. The order of the list is the order in which
 * caches see the work; threads take ranges of it, so no two items may write the same byte.
 *
 * <p>{@link MachineChain} puts several convolutions into one kernel, whose items go through them block by block of rows. Its units are
 * lanes, each with strips of its own, since items there depend on those before them.
 *
 * <h3>Packing</h3>
 *
 * <p>{@link ChannelBlock} divides channels into what a tile computes together, and {@link ChannelOrder} says which channel each element
 * of an accumulator holds: orders that the packing instructions of the epilogue undo. {@link PackedWeights} lays the weights out as the
 * tile reads them, from first to last. {@code vpdpbusd} wants unsigned by signed bytes: signed inputs get their highest bit flipped
 * when they are read, and biases hold −128 · Σ weights for it. Without that instruction, {@link WordPairs} keeps sums of two
 * products within words. {@link PackedFloats} are the same without any of this: a float is four bytes, too.
 *
 * <p>Layers are packed in the order in which they run, in one piece of huge pages ({@link PageAllocator}). So what a network reads
 * next lies behind what it reads now, and a convolution prefetches there, half of L2 further on, as many bytes as it reads itself:
 * a few at each step of a tile. Without huge pages that gains nothing, since each page's translation is looked up first.
 *
 * <h3>Emitting</h3>
 *
 * <p>An emitter takes the geometry and writes one variant. {@link Assembler#emit} refuses what cannot be encoded; {@link Simd} says
 * what differs between vector widths once; {@link ConstantPool} holds vectors that are read relative to one register. A new
 * instruction is one line of {@link VectorInstruction} and, in {@code instructions.txt} of the tests, the bytes that GNU as writes
 * for it with low and high registers, all kinds of addresses, broadcast and masks.
 *
 * <p>Layers of the same geometry share code: {@link KernelBuilder} looks it up by what it depends on before it is written. So what
 * differs between such layers is data, in the work list or among the packed constants, and never in the code.
 *
 * <p>{@link ConvolutionTile} takes a step of 32 bits at a time: four bytes, or one float. {@link Arithmetic} says what a step
 * multiplies, and a {@link TileEpilogue} what becomes of the sums. Sums of floats depend on their order, which the tile keeps:
 * each is one chain of fused multiply-adds.
 *
 * <p>{@link RequantizationEmitter} is the epilogue of everything that accumulates bytes. It is exact because a 24-bit multiplier times an
 * accumulator below 2^24, rounded once, is what a fused multiply-add on 1.5·2^23 computes; what lies beyond saturates.
 *
 * <h3>Starting</h3>
 *
 * <p>A JVM that has just started runs what prepares kernels in the interpreter, on the core that its compilers need too. Loops over
 * weights are emitted ({@link WeightRoutines}), and records that are compared spell {@code equals} and {@code hashCode} out: their own
 * are linked when they are first used, which takes a millisecond each; so does a switch over the types of a sealed interface.
 *
 * <h3>Testing</h3>
 *
 * <p>The contract test runs every tier on seeded awkward cases of every operation against the scalar tier, with units in any order, and
 * watches the bytes around the output. {@code MachineConvolutionTest} adds shapes for each tile, block and walk, on every instruction
 * set that the CPU can run; the property {@code octavo.isa} selects a lower one. The allocation test calls each kernel until a thousand
 * calls allocate nothing. {@code LayerSpeed} times single layers beside the peak of the core.
 */
@NullMarked
package dev.octavo.kernels.machine;

import org.jspecify.annotations.NullMarked;
