/** Pictures distilled from a network: gradients of float graphs with respect to their input, and the descent along them. */
@NullMarked
package dev.octavo.tools.distill;

import org.jspecify.annotations.NullMarked;
