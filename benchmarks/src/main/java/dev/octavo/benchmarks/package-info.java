@NullMarked
package dev.octavo.benchmarks;

import org.jspecify.annotations.NullMarked;
