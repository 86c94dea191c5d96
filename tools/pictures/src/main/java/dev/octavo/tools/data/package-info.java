/** Pictures, labelled sets of them, and what happens to a picture on its way into a model. */
@NullMarked
package dev.octavo.tools.data;

import org.jspecify.annotations.NullMarked;
