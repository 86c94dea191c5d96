/** Conversion of networks inside of an application: {@link dev.octavo.tools.OnnxConverter}. */
@NullMarked
package dev.octavo.tools;

import org.jspecify.annotations.NullMarked;
