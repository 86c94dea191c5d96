/** Where integers of a model differ from the float network that it was made from, layer by layer. */
@NullMarked
package dev.octavo.tools.compare;

import org.jspecify.annotations.NullMarked;
