/** Fair timing of contenders in one process: interleaved rounds, medians, spread. */
@NullMarked
package dev.octavo.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
