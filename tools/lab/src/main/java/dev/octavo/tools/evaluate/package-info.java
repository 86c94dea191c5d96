/** What a model is worth: accuracy on labelled pictures, closeness to another model, latency, garbage. */
@NullMarked
package dev.octavo.tools.evaluate;

import org.jspecify.annotations.NullMarked;
