/**
 * From a model's definition to kernels on one planned memory: layouts, shared buffers, offsets, steps.
 *
 * <p>A {@link BatchPlans} says which plans take a batch, and in what parts.
 *
 * <p>Nothing here knows which tier its kernels come from.
 */
@NullMarked
package dev.octavo.runtime.plan;

import org.jspecify.annotations.NullMarked;
