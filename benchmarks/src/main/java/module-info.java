/** Measures Octavo's kernels and models against the machine's limits. */
module dev.octavo.benchmarks {
    requires dev.octavo.kernels;
    requires dev.octavo.runtime;
    requires dev.octavo.tools.onnx;
    requires com.google.protobuf;
    requires com.microsoft.onnxruntime;
    requires flatbuffers.java;
    requires info.picocli;
    requires java.management;
    requires jdk.incubator.vector;
    requires jdk.management;
    requires jmh.core;
    requires org.bytedeco.dnnl;
    requires org.bytedeco.javacpp;
    requires org.bytedeco.tensorflowlite;
    requires tools.jackson.databind;
    requires static org.jspecify;
}
