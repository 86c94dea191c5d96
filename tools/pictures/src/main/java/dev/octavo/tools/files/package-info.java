/** Reading and writing small files, and what to tell the user when it fails. */
@NullMarked
package dev.octavo.tools.files;

import org.jspecify.annotations.NullMarked;
