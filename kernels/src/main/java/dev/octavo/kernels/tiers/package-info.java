/** Chooses among the tiers: which of them this JVM can run, and what serves the cases that one lacks. */
@NullMarked
package dev.octavo.kernels.tiers;

import org.jspecify.annotations.NullMarked;
