/** Evaluates, compares and studies converted networks, and reports on them. */
module dev.octavo.tools.lab {
    requires transitive dev.octavo.tools.onnx;
    requires transitive dev.octavo.tools.pictures;
    requires java.management;
    requires jdk.management;
    requires static org.jspecify;

    exports dev.octavo.tools.compare to
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.conformance to
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.demo to
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.evaluate to
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.report to
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.study to
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;

    provides dev.octavo.tools.simulate.CalibrationSets with
            dev.octavo.tools.evaluate.PictureCalibrationSets;
}
