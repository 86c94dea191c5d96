/**
 * The machine tier: kernels that Java emits for the CPU found at run time, and the memory they run in.
 *
 * <p>The Vector API has no dot product of bytes; {@code vpdpbusd} does 64 multiply-adds per instruction. Nor is it quick before
 * the JVM has compiled it, which takes seconds. So the kernels of this package are written by Java into memory that is first
 * writable and then executable, never both.
 *
 * <h2>Rooms</h2>
 *
 * <table>
 * <caption>Packages, each of which may use those above it</caption>
 * <tr><td>{@code memory}</td><td>pages, executable memory, native calls, names for profilers</td></tr>
 * <tr><td>{@code work}</td><td>geometry: lists of items, grids of tiles, runs of inputs, lines, blocks of channels</td></tr>
 * <tr><td>{@code packing}</td><td>weights and constants in the order in which emitted code reads them</td></tr>
 * <tr><td>{@code code}</td><td>the seam to instruction sets: what a code family states and emits</td></tr>
 * <tr><td>{@code x86}</td><td>the family for x86-64; only it uses {@code x86.assembler}</td></tr>
 * <tr><td>this one</td><td>which kernel serves an operation, in which order it works, and a self-test</td></tr>
 * </table>
 *
 * <p>A second family is a package beside {@code x86} and a line in {@code CodeFamilies}.
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
 * <p>Units are the items of a {@link dev.octavo.kernels.machine.work.WorkList}: offsets of input, output and residual, addresses of
 * packed constants, a count, and the variant of the code that serves the item. The order of the list is the order in which
 * caches see the work; threads take ranges of it, so no two items may write the same byte.
 *
 * <p>{@link MachineChain} puts several convolutions into one kernel, whose items go through them block by block of rows. Its units are
 * lanes, each with strips of its own, since items there depend on those before them.
 *
 * <h3>Packing</h3>
 *
 * <p>{@link dev.octavo.kernels.machine.work.ChannelBlock} divides channels into what a tile computes together, and {@link
 * dev.octavo.kernels.machine.work.ChannelOrder} says which channel each element of an accumulator holds. {@code
 * PackedWeights} lays the weights out as the tile reads them, from first to last. {@link
 * dev.octavo.kernels.machine.packing.PackedFloats} are floats, which need no order of their own: a float is four bytes, too.
 *
 * <p>Layers are packed in the order in which they run, in one piece of huge pages ({@link
 * dev.octavo.kernels.machine.memory.PageAllocator}). So what a network reads next lies behind what it reads now, and a convolution
 * prefetches there, half of L2 further on, as many bytes as it reads itself: a few at each step of a tile. Without huge pages that
 * gains nothing, since each page's translation is looked up first.
 *
 * <h3>Emitting</h3>
 *
 * <p>Layers of the same geometry share code: {@link dev.octavo.kernels.machine.code.KernelCode} looks it up by what it depends on
 * before it is written. So what differs between such layers is data, in the work list or among the packed constants, and never in
 * the code.
 *
 * <h3>Starting</h3>
 *
 * <p>A JVM that has just started runs what prepares kernels in the interpreter, on the core that its compilers need too. Loops over
 * weights are emitted ({@link dev.octavo.kernels.machine.packing.WeightLoops}), and records that are compared spell {@code equals}
 * and {@code hashCode} out: their own are linked when they are first used, which takes a millisecond each; so does a switch over the
 * types of a sealed interface.
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
