/** The HTTP front: REST of the Open Inference Protocol, the page, metrics. */
@NullMarked
package dev.octavo.server.http;

import org.jspecify.annotations.NullMarked;
