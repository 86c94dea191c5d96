package dev.octavo.kernels;

/** What happens to the int32 accumulators of a convolution before they are stored. */
public sealed interface Epilogue permits Requantization, Rescaling {}
