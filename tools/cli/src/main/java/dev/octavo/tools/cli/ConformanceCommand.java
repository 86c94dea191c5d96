package dev.octavo.tools.cli;

import dev.octavo.runtime.SessionOptions;
import dev.octavo.tools.conformance.ConformanceResult;
import dev.octavo.tools.conformance.ConformanceResult.Outcome;
import dev.octavo.tools.conformance.ConformanceSuite;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;

/** {@code octavo conformance}. */
@Command(
        name = "conformance",
        description = "Run tests in the format of the ONNX backend tests in float. Ends with 1 if one fails.")
final class ConformanceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "DIR",
            description = "Folders of tests, each with model.onnx and test_data_set_*, or with light_* files.")
    private List<Path> folders;

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    @Override
    public Integer call() {
        List<ConformanceResult> results = run();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, generator -> writeJson(generator, results));
        } else {
            results.stream()
                    .filter(result -> result.outcome() == Outcome.FAILED)
                    .forEach(result ->
                            out.println("failed  " + result.test() + ": " + Failure.oneLine(result.reason())));
            out.println("passed " + count(results, Outcome.PASSED) + ", failed " + count(results, Outcome.FAILED)
                    + ", not applicable " + count(results, Outcome.NOT_APPLICABLE));
        }
        return count(results, Outcome.FAILED) == 0 ? 0 : 1;
    }

    private List<ConformanceResult> run() {
        long[] done = new long[1];
        try (Progress progress = Progress.start(spec.commandLine().getErr(), "running tests,", 0)) {
            return ConformanceSuite.run(folders, SessionOptions.defaults(), result -> progress.at(++done[0]));
        }
    }

    private static long count(List<ConformanceResult> results, Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }

    private static void writeJson(JsonGenerator json, List<ConformanceResult> results) {
        json.writeNumberProperty("passed", count(results, Outcome.PASSED));
        json.writeNumberProperty("failed", count(results, Outcome.FAILED));
        json.writeNumberProperty("notApplicable", count(results, Outcome.NOT_APPLICABLE));
        writeReasons(json, "failures", results, Outcome.FAILED);
        writeReasons(json, "inapplicable", results, Outcome.NOT_APPLICABLE);
    }

    private static void writeReasons(
            JsonGenerator json, String name, List<ConformanceResult> results, Outcome outcome) {
        json.writeObjectPropertyStart(name);
        for (ConformanceResult result : results) {
            if (result.outcome() == outcome) {
                json.writeStringProperty(result.test(), result.reason());
            }
        }
        json.writeEndObject();
    }
}
