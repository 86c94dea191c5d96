/** Writes the networks that are measured as ONNX files: published topologies with seeded weights. */
@NullMarked
package dev.octavo.benchmarks.models;

import org.jspecify.annotations.NullMarked;
