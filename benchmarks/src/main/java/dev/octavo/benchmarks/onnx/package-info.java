/** Writes ONNX graphs: those of float networks, and int8 models in the forms that other runtimes read. */
@NullMarked
package dev.octavo.benchmarks.onnx;

import org.jspecify.annotations.NullMarked;
