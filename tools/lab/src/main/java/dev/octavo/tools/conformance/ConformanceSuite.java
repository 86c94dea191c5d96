package dev.octavo.tools.conformance;

import dev.octavo.runtime.Model;
import dev.octavo.runtime.Session;
import dev.octavo.runtime.SessionOptions;
import dev.octavo.runtime.Tensor;
import dev.octavo.runtime.format.ModelMetadata;
import dev.octavo.tools.graph.Constant;
import dev.octavo.tools.graph.FloatTensor;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.GraphException;
import dev.octavo.tools.graph.NumberType;
import dev.octavo.tools.lower.FloatLowering;
import dev.octavo.tools.onnx.OnnxModel;
import dev.octavo.tools.passes.Passes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tests in the format of the ONNX backend tests: a folder with {@code model.onnx} and {@code test_data_set_*} with {@code
 * input_k.pb} and {@code output_k.pb}, or {@code light_NAME.onnx} beside {@code light_NAME_output_k.pb}.
 *
 * <p>Each model runs as it was imported and once more after the folding passes, through the runtime's float path. Inputs
 * that Octavo takes as parameters (weights, bounds, axes, shapes) are bound before import.
 */
public final class ConformanceSuite {
    /** Integers and truth values are held as floats where they are computed. The tests store bfloat16 as integers. */
    private static final Set<String> NUMBER_TYPES = Arrays.stream(NumberType.values())
            .filter(type -> type != NumberType.BFLOAT16)
            .map(NumberType::name)
            .collect(Collectors.toUnmodifiableSet());

    /** Their expected codes are those of the results modulo 256, where the operator is defined to saturate. */
    private static final Pattern WRAPPING_TESTS = Pattern.compile("test_qlinearmatmul_[23]D_int8_float(16|32)");

    private ConformanceSuite() {}

    /** Runs all tests in some folders. */
    public static List<ConformanceResult> run(List<Path> folders) {
        return run(folders, SessionOptions.defaults(), result -> {});
    }

    /**
     * Runs all tests in some folders.
     *
     * @param options with which kernels
     * @param listener told of each result
     * @throws GraphException if a folder cannot be read, or has no tests
     */
    public static List<ConformanceResult> run(
            List<Path> folders, SessionOptions options, Consumer<ConformanceResult> listener) {
        List<ConformanceResult> results = new ArrayList<>();
        for (Path folder : folders) {
            List<ConformanceCase> cases = ConformanceCase.find(folder);
            if (cases.isEmpty()) {
                throw new GraphException(
                        "there are no tests in " + folder + ": no folder with model.onnx, and no light_*.onnx");
            }
            for (ConformanceCase test : cases) {
                ConformanceResult result = run(test, options);
                results.add(result);
                listener.accept(result);
            }
        }
        return results;
    }

    static ConformanceResult run(ConformanceCase test, SessionOptions options) {
        if (WRAPPING_TESTS.matcher(test.name()).matches()) {
            return ConformanceResult.notApplicable(
                    test.name(), "its expected output wraps around where the operator saturates");
        }
        OnnxModel model;
        try {
            model = OnnxModel.load(test.modelFile());
        } catch (GraphException e) {
            return ConformanceResult.notApplicable(test.name(), reason(e));
        }
        Optional<String> foreign = foreign(model);
        if (foreign.isPresent()) {
            return ConformanceResult.notApplicable(test.name(), foreign.get());
        }
        List<ConformanceCase.DataSet> sets = test.dataSets();
        if (sets.isEmpty()) {
            return ConformanceResult.failed(test.name(), "it has no test_data_set");
        }
        for (ConformanceCase.DataSet set : sets) {
            Map<String, Constant> inputs;
            Graph graph;
            try {
                inputs = set.inputs(model);
                graph = bound(model, inputs).graph();
            } catch (GraphException e) {
                return ConformanceResult.notApplicable(test.name(), reason(e));
            }
            try {
                List<Constant> expected = set.outputs(model);
                Optional<String> difference = difference(graph, inputs, expected, options)
                        .or(() -> difference(Passes.apply(graph, Passes.folding()), inputs, expected, options)
                                .map(found -> "after folding: " + found));
                if (difference.isPresent()) {
                    return ConformanceResult.failed(test.name(), difference.get());
                }
            } catch (RuntimeException e) {
                return ConformanceResult.failed(test.name(), e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
        return ConformanceResult.passed(test.name());
    }

    private static String reason(RuntimeException e) {
        return String.valueOf(e.getMessage());
    }

    /** What of a model is beyond float networks. */
    private static Optional<String> foreign(OnnxModel model) {
        Set<String> operators = model.unsupportedOperators();
        if (!operators.isEmpty()) {
            return Optional.of("operators that are not supported: " + String.join(", ", operators));
        }
        Set<String> parameters = model.parameters();
        for (String input : model.inputs()) {
            if (!parameters.contains(input) && !NUMBER_TYPES.contains(model.type(input))) {
                return Optional.of("input '" + input + "' is " + model.type(input));
            }
        }
        return model.outputs().stream()
                .filter(output -> !NUMBER_TYPES.contains(model.type(output)))
                .findFirst()
                .map(output -> "output '" + output + "' is " + model.type(output));
    }

    private static OnnxModel bound(OnnxModel model, Map<String, Constant> inputs) {
        OnnxModel result = model;
        for (String input : model.inputs()) {
            Constant value = inputs.get(input);
            if (value != null) {
                result = model.parameters().contains(input)
                        ? result.bind(input, value)
                        : result.shaped(input, value.shape());
            }
        }
        return result;
    }

    /** The first output that differs, and how. */
    private static Optional<String> difference(
            Graph graph, Map<String, Constant> inputs, List<Constant> expected, SessionOptions options) {
        List<float[]> actual = run(graph, inputs, options);
        for (int i = 0; i < expected.size(); i++) {
            String output = graph.outputs().get(i);
            int[] shape = graph.shape(output);
            if (!Arrays.equals(shape, expected.get(i).shape())) {
                return Optional.of("output '" + output + "' has the shape " + Arrays.toString(shape) + " instead of "
                        + expected.get(i));
            }
            Optional<String> difference = Tolerance.BACKEND_TESTS.difference(actual.get(i), expected.get(i));
            if (difference.isPresent()) {
                return Optional.of("output '" + output + "': " + difference.get());
            }
        }
        return Optional.empty();
    }

    private static float[] reals(Constant tensor) {
        float[] values = new float[tensor.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) tensor.real(i);
        }
        return values;
    }

    /** All outputs; those that are constants need no run. */
    private static List<float[]> run(Graph graph, Map<String, Constant> inputs, SessionOptions options) {
        if (graph.nodes().isEmpty() && graph.constants().keySet().containsAll(graph.outputs())) {
            return graph.outputs().stream()
                    .map(output ->
                            graph.constant(output).map(FloatTensor::values).orElseThrow())
                    .toList();
        }
        ModelMetadata metadata = new ModelMetadata(
                graph.name(), List.of(), new ModelMetadata.Preprocessing(List.of(), List.of(), 1), Map.of());
        try (Model model = Model.of(FloatLowering.lower(graph, metadata));
                Session session = model.newSession(options)) {
            List<Tensor> given = new ArrayList<>();
            for (String input : graph.inputs()) {
                Constant tensor = inputs.get(input);
                if (tensor == null) {
                    throw new IllegalStateException("input '" + input + "' is missing");
                }
                given.add(Tensor.of(reals(tensor), tensor.shape()));
            }
            return session.run(given).stream().map(Tensor::toFloatArray).toList();
        }
    }
}
