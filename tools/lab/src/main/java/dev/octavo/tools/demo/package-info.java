/**
 * A model and a data set that need nothing from outside: small pictures of digits and road signs, drawn from a seed, and
 * a residual network trained on them.
 */
@NullMarked
package dev.octavo.tools.demo;

import org.jspecify.annotations.NullMarked;
