/** Reads pictures and labelled data sets, and prepares pictures for networks. */
module dev.octavo.tools.pictures {
    requires transitive dev.octavo.runtime;
    requires com.twelvemonkeys.imageio.jpeg;
    requires java.desktop;
    requires tools.jackson.core;
    requires static org.jspecify;

    exports dev.octavo.tools.tasks;
    exports dev.octavo.tools.vision;
    exports dev.octavo.tools.data to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.files to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
}
