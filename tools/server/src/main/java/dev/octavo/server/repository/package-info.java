/** Models that are served: where they come from, their configuration, loading and replacing them. */
@NullMarked
package dev.octavo.server.repository;

import org.jspecify.annotations.NullMarked;
