/** Serves models over HTTP and gRPC. */
module dev.octavo.server {
    requires transitive dev.octavo.serving;
    requires dev.octavo.tools.onnx;
    requires dev.octavo.tools.pictures;
    requires com.google.protobuf;
    requires io.prometheus.metrics.core;
    requires io.prometheus.metrics.instrumentation.jvm;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires io.vertx.core;
    requires io.vertx.grpc.common;
    requires io.vertx.grpc.server;
    requires tools.jackson.core;
    requires static org.jspecify;

    exports dev.octavo.server;
    exports dev.octavo.server.options;
    exports dev.octavo.server.repository;
}
