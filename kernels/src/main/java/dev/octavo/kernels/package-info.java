@NullMarked
package dev.octavo.kernels;

import org.jspecify.annotations.NullMarked;
