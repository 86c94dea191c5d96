package dev.octavo.benchmarks.report;

import dev.octavo.benchmarks.models.Architecture;
import dev.octavo.tools.export.Int8Form;
import dev.octavo.tools.export.Int8Form.Notation;
import java.nio.file.Path;
import java.util.List;

/**
 * What is compared, and how long.
 *
 * @param folder for the report, and for the models in a folder below it
 * @param forms of int8 that rivals run on one thread
 * @param threads of the second measurement; 1 for none
 */
record ComparisonOptions(
        List<Architecture> networks,
        List<Int8Form> forms,
        int rounds,
        double secondsPerTurn,
        int threads,
        Path folder) {
    /** The form that ONNX Runtime runs fastest where it has a byte dot product. */
    static final Int8Form FASTEST = new Int8Form(Notation.QOPERATOR, false, false);

    /** Forms worth measuring: the fastest first, signed activations last. */
    static final List<Int8Form> ALL_FORMS = List.of(
            FASTEST,
            new Int8Form(Notation.QOPERATOR, false, true),
            new Int8Form(Notation.QDQ, false, false),
            new Int8Form(Notation.QDQ, false, true),
            new Int8Form(Notation.QDQ, true, false),
            new Int8Form(Notation.QOPERATOR, true, false));

    /** Copies the lists. */
    ComparisonOptions {
        networks = List.copyOf(networks);
        forms = List.copyOf(forms);
    }

    /** The CPU of the measurement on one thread. */
    String cpu() {
        return Integer.toString(Runtime.getRuntime().availableProcessors() - 1);
    }

    /** All CPUs. */
    String cpus() {
        return "0-" + (Runtime.getRuntime().availableProcessors() - 1);
    }
}
