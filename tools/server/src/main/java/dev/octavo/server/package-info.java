/** The server: models of a folder behind the Open Inference Protocol, over HTTP and gRPC. */
@NullMarked
package dev.octavo.server;

import org.jspecify.annotations.NullMarked;
