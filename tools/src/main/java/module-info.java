/** Turns float ONNX models into Octavo models, and measures what that cost. Never needed where models are served. */
module dev.octavo.tools {
    requires transitive dev.octavo.runtime;
    requires com.google.protobuf;
    requires com.twelvemonkeys.imageio.jpeg;
    requires info.picocli;
    requires tools.jackson.core;
    requires java.desktop;
    requires java.management;
    requires jdk.management;
    requires static org.jspecify;

    exports dev.octavo.tools;
    exports dev.octavo.tools.progress;
    exports dev.octavo.tools.convert to
            dev.octavo.benchmarks;
    exports dev.octavo.tools.export to
            dev.octavo.benchmarks;
    exports dev.octavo.tools.graph to
            dev.octavo.benchmarks;
    exports dev.octavo.tools.onnx to
            dev.octavo.benchmarks;
    exports dev.octavo.tools.onnx.proto to
            dev.octavo.benchmarks;
    exports dev.octavo.tools.passes to
            dev.octavo.benchmarks;
    exports dev.octavo.tools.quantize to
            dev.octavo.benchmarks;

    opens dev.octavo.tools.cli to
            info.picocli;
}
