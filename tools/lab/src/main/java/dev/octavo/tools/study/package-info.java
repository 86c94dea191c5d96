/** Experiments of the papers on data-free quantization, run again on a network of one's own. */
@NullMarked
package dev.octavo.tools.study;

import org.jspecify.annotations.NullMarked;
