/** What passes and quantizers ask of layers alike: their weights, shapes and clips, and whether a name is known. */
@NullMarked
package dev.octavo.tools.layers;

import org.jspecify.annotations.NullMarked;
