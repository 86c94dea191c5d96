/** What a server can be told, with the default of every limit. */
@NullMarked
package dev.octavo.server.options;

import org.jspecify.annotations.NullMarked;
