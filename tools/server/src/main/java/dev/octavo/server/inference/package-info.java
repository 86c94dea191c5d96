/** From requests of the protocol to predictions, and back: tensors, pictures, classes. */
@NullMarked
package dev.octavo.server.inference;

import org.jspecify.annotations.NullMarked;
