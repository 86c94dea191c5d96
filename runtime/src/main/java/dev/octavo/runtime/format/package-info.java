@NullMarked
package dev.octavo.runtime.format;

import org.jspecify.annotations.NullMarked;
