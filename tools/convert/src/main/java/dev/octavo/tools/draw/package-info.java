/**
 * Inputs that are drawn from a seed, to run networks on where no data may be used. Everything is computed in an order and with
 * functions that every machine rounds alike, so that a seed gives the same bits everywhere.
 */
@NullMarked
package dev.octavo.tools.draw;

import org.jspecify.annotations.NullMarked;
