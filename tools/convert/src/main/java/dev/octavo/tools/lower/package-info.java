/** Turns graphs, float or quantized, into the definitions of models that the runtime compiles. */
@NullMarked
package dev.octavo.tools.lower;

import org.jspecify.annotations.NullMarked;
