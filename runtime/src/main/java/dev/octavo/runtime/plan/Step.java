package dev.octavo.runtime.plan;

import dev.octavo.kernels.Kernel;

/**
 * One kernel of a plan.
 *
 * @param slot number of the step within the plan, from 0
 * @param name of the operation that it belongs to
 * @param macs multiplications with accumulation; 0 where none are counted
 */
public record Step(int slot, String name, Kernel kernel, long macs) {}
