/** Runs float graphs value by value, to see and to change what flows through them. */
@NullMarked
package dev.octavo.tools.simulate;

import org.jspecify.annotations.NullMarked;
