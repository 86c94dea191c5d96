/** Measures Octavo's kernels and models against the machine's limits. */
module dev.octavo.benchmarks {
    requires dev.octavo.kernels;
    requires dev.octavo.runtime;
    requires dev.octavo.tools;
    requires com.google.protobuf;
    requires com.microsoft.onnxruntime;
    requires jdk.incubator.vector;
    requires static org.jspecify;
}
