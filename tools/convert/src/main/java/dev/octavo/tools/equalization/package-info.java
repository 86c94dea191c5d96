/** Passes that move scales and means between neighbouring layers, so that one scale per tensor fits all channels. */
@NullMarked
package dev.octavo.tools.equalization;

import org.jspecify.annotations.NullMarked;
