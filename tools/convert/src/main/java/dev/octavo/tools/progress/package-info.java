/** What a conversion tells of its progress. */
@NullMarked
package dev.octavo.tools.progress;

import org.jspecify.annotations.NullMarked;
