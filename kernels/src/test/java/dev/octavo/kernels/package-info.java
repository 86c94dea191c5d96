/**
 * The contract tests: every tier against the scalar tier, on the same seeded cases, byte for byte. A new kernel needs no
 * new test; a new operation needs cases in {@link dev.octavo.kernels.KernelCases}.
 */
@NullMarked
package dev.octavo.kernels;

import org.jspecify.annotations.NullMarked;
