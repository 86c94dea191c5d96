/** The standard comparison: which contenders there are, and how they are measured. */
@NullMarked
package dev.octavo.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
