/** Whether models and sessions may be opened, run and closed by many threads at once, for long, without crash, leak or wrong answer. */
@NullMarked
package dev.octavo.benchmarks.stress;

import org.jspecify.annotations.NullMarked;
