/**
 * Trains the model of the demonstration, in float32 on one thread. The same seed gives the same weights, bit for bit and
 * whatever the width of the vectors: lanes are channels, and never share a sum.
 */
@NullMarked
package dev.octavo.tools.demo.training;

import org.jspecify.annotations.NullMarked;
