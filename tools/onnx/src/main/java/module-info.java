/** Reads ONNX networks into graphs and integer models, and writes integer models as ONNX. */
module dev.octavo.tools.onnx {
    requires transitive dev.octavo.tools.convert;
    requires com.google.protobuf;
    requires tools.jackson.core;
    requires static org.jspecify;

    exports dev.octavo.tools;
    exports dev.octavo.tools.export to
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.json to
            dev.octavo.server,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.onnx to
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.onnx.proto to
            dev.octavo.tools.cli,
            dev.octavo.tools.lab,
            dev.octavo.benchmarks;
}
