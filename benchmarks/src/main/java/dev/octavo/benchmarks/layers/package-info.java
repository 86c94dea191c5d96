/** Speed of single layers, against the float peak of the core. */
@NullMarked
package dev.octavo.benchmarks.layers;

import org.jspecify.annotations.NullMarked;
