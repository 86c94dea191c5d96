package dev.octavo.tools.quantizer;

/**
 * Something of a network quantized elsewhere that had to change, since tensors here have zero point 0.
 *
 * @param tensor its name in the file, or that of the layer whose weights changed
 * @param cause what could not be kept
 * @param loss of resolution in dB: how much the power of its rounding noise grows; for weights, the noise that was added
 *     relative to their power, so that it is negative
 */
public record Adaptation(String tensor, String cause, double loss) {}
