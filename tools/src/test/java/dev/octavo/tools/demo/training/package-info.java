/**
 * Trains the model of the demonstration, in float32 on one thread: the same seed gives the same weights, bit for bit, on
 * every machine, since the vector lanes are output channels and never share a sum.
 */
@NullMarked
package dev.octavo.tools.demo.training;

import org.jspecify.annotations.NullMarked;
