/** Chooses the encoding of every tensor, rounds the weights of every layer, and gathers both in a quantized graph. */
@NullMarked
package dev.octavo.tools.quantizer;

import org.jspecify.annotations.NullMarked;
