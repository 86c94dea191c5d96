/** The gRPC front of the Open Inference Protocol. */
@NullMarked
package dev.octavo.server.grpc;

import org.jspecify.annotations.NullMarked;
