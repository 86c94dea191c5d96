/**
 * The mathematics of quantization without data, on plain arrays: scales, rounding of weights, ranges of activations from
 * BatchNormalization statistics, equalization and bias correction. Knows no graph and no file.
 */
@NullMarked
package dev.octavo.tools.quantize;

import org.jspecify.annotations.NullMarked;
