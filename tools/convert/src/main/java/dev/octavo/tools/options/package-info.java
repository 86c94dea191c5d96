/** What a conversion can be asked for, as records without behaviour. */
@NullMarked
package dev.octavo.tools.options;

import org.jspecify.annotations.NullMarked;
