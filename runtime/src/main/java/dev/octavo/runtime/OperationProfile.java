package dev.octavo.runtime;

/**
 * What the runs of a session spent on one kernel.
 *
 * @param name of the operation
 * @param kernel its {@link dev.octavo.kernels.Kernel#name}
 * @param runs how often it ran
 * @param nanoseconds of all runs together
 * @param macs multiplications with accumulation of one run; 0 where none are counted
 */
public record OperationProfile(String name, String kernel, long runs, long nanoseconds, long macs) {}
