/** Changes of a float graph, one class each: every pass takes a graph and gives a new one. */
@NullMarked
package dev.octavo.tools.passes;

import org.jspecify.annotations.NullMarked;
