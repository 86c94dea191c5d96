/** JMH benchmarks: {@code benchmarks/bin/benchmark jmh [OPTIONS OF JMH]}. */
@NullMarked
package dev.octavo.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
