/** Models in the formats of other runtimes: ONNX graphs of integers, calibration tables of ncnn. */
@NullMarked
package dev.octavo.tools.export;

import org.jspecify.annotations.NullMarked;
