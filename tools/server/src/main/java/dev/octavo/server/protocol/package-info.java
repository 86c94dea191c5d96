/** The Open Inference Protocol, free of any transport: requests, answers, JSON and binary tensors. */
@NullMarked
package dev.octavo.server.protocol;

import org.jspecify.annotations.NullMarked;
