/** What the server tells about itself: metrics, access log, traces. */
@NullMarked
package dev.octavo.server.observe;

import org.jspecify.annotations.NullMarked;
