/**
 * Pages of the operating system, executable memory, and calls of what was loaded into it.
 *
 * <p>{@link dev.octavo.kernels.machine.memory.EmittedFunction} makes bytes callable; pages are writable first and executable
 * then, never both. {@link dev.octavo.kernels.machine.memory.PageAllocator} cuts packed weights from huge pages. {@link
 * dev.octavo.kernels.machine.memory.PerfMap} tells {@code perf} the names of emitted functions.
 */
@NullMarked
package dev.octavo.kernels.machine.memory;

import org.jspecify.annotations.NullMarked;
