@NullMarked
package dev.octavo.tools.onnx;

import org.jspecify.annotations.NullMarked;
