/** Networks as TensorFlow Lite flatbuffers, made from the models that Octavo runs. */
@NullMarked
package dev.octavo.benchmarks.tflite;

import org.jspecify.annotations.NullMarked;
