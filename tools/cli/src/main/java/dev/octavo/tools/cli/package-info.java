/** The command line: one class per command of {@code octavo}. */
@NullMarked
package dev.octavo.tools.cli;

import org.jspecify.annotations.NullMarked;
