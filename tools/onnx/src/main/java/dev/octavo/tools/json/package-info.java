/** Records and options of conversions as JSON. */
@NullMarked
package dev.octavo.tools.json;

import org.jspecify.annotations.NullMarked;
