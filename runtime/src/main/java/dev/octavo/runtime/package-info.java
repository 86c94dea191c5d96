@NullMarked
package dev.octavo.runtime;

import org.jspecify.annotations.NullMarked;
