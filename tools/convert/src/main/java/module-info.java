/** Turns float graphs into integer models without any data: passes, statistics, rounding, lowering. */
module dev.octavo.tools.convert {
    requires transitive dev.octavo.runtime;
    requires static org.jspecify;

    exports dev.octavo.tools.convert;
    exports dev.octavo.tools.distill to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.draw;
    exports dev.octavo.tools.fidelity;
    exports dev.octavo.tools.graph to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.layers to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.lower to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.options to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.statistics to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.equalization to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.quantizer to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.passes to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.progress;
    exports dev.octavo.tools.quantize to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.records to
            dev.octavo.server,
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;
    exports dev.octavo.tools.simulate to
            dev.octavo.tools.onnx,
            dev.octavo.tools.lab,
            dev.octavo.tools.cli,
            dev.octavo.benchmarks;

    uses dev.octavo.tools.simulate.CalibrationSets;
}
