/** The way from a float graph to an integer model: one call, with a record of what was asked and one of what came out. */
@NullMarked
package dev.octavo.tools.convert;

import org.jspecify.annotations.NullMarked;
