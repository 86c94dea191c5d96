package dev.octavo.tools.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.runtime.SessionOptions;
import dev.octavo.tools.TestData;
import dev.octavo.tools.conformance.ConformanceResult.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The node tests and light models of the ONNX project, in single precision. */
class ConformanceTest {
    private static final long LEAST_PASSED = 930;

    @TestFactory
    Stream<DynamicTest> nodes() {
        Path folder = TestData.require("onnx-backend/node");
        List<ConformanceResult> results = new ArrayList<>();
        Stream<DynamicTest> tests = ConformanceCase.find(folder).stream()
                .map(test -> DynamicTest.dynamicTest(test.name(), () -> {
                    ConformanceResult result = ConformanceSuite.run(test, SessionOptions.defaults());
                    results.add(result);
                    Assumptions.assumeTrue(result.outcome() != Outcome.NOT_APPLICABLE, result::reason);
                    assertThat(result).isEqualTo(ConformanceResult.passed(test.name()));
                }));
        return Stream.concat(tests, Stream.of(DynamicTest.dynamicTest("counts", () -> count(results))));
    }

    /** What excuses a test: anything else that import refuses is a fault. */
    private static final Pattern BEYOND_FLOAT_NETWORKS = Pattern.compile("operators that are not supported"
            + "|(input|output) '\\w+' is (STRING|BFLOAT16|element type \\d+|not a tensor)"
            + "|no opset|layout, clip and input_forget|must be constant|no sequence|equation"
            + "|no 1 or 2 spatial dimensions|training mode|no elements|empty dimension"
            + "|casts to the unknown type|tf_crop_and_resize"
            + "|its output 'z' is not supported"
            + "|is not quantized; a QuantizeLinear should compute it"
            + "|blocks of values|only 8-bit .*are supported|wraps around|reads the quantized tensor '\\w+' as numbers"
            + "|elements of type (U?INT4|FLOAT4E2M1|FLOAT8E\\w+)");

    private static void count(List<ConformanceResult> results) {
        Map<Outcome, Long> counts = results.stream()
                .map(ConformanceResult::outcome)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(results)
                .filteredOn(result -> result.outcome() == Outcome.NOT_APPLICABLE)
                .allSatisfy(result -> assertThat(result.reason()).containsPattern(BEYOND_FLOAT_NETWORKS));
        System.out.println("ONNX node tests: " + counts);
        assertThat(counts.getOrDefault(Outcome.FAILED, 0L)).isZero();
        assertThat(counts.getOrDefault(Outcome.PASSED, 0L)).isGreaterThanOrEqualTo(LEAST_PASSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bvlc_alexnet", "densenet121", "inception_v1", "resnet50", "squeezenet"})
    void lightModels(String name) {
        Path file = TestData.require("onnx-backend/light/light_" + name + ".onnx");
        assertThat(ConformanceSuite.run(new ConformanceCase.Light(file), SessionOptions.defaults()))
                .isEqualTo(ConformanceResult.passed("light_" + name));
    }
}
