/** The definition of a model, and the file that holds one. */
@NullMarked
package dev.octavo.runtime.format;

import org.jspecify.annotations.NullMarked;
