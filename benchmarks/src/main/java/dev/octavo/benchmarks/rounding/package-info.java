/** How long rounding the weights of a network takes, and how much memory. */
@NullMarked
package dev.octavo.benchmarks.rounding;

import org.jspecify.annotations.NullMarked;
