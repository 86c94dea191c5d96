/** Runs the conformance tests of the ONNX project, or any in their format, in single precision. */
@NullMarked
package dev.octavo.tools.conformance;

import org.jspecify.annotations.NullMarked;
