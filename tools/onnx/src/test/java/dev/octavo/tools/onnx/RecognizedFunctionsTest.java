package dev.octavo.tools.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.kernels.FloatUnary;
import dev.octavo.tools.graph.Graph;
import dev.octavo.tools.graph.Op;
import dev.octavo.tools.passes.RecognizeFunctions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions that exporters spell in several nodes become the function that they compute. */
class RecognizedFunctionsTest {
    private static OnnxBuilder model() {
        return new OnnxBuilder(13)
                .input("x", 1, 3, 4, 4)
                .floats("three", new long[] {1, 1, 1, 1}, 3)
                .floats("six", new long[] {1}, 6)
                .scalar("zero", 0)
                .scalar("sixth", 1f / 6)
                .floats("slope", new long[] {1, 1, 1, 1}, 0.1f)
                .output("y");
    }

    static Stream<Arguments> spellings() {
        return Stream.of(
                Arguments.of(
                        "hard-swish, multiplied before the division",
                        model().node("Add", List.of("x", "three"), List.of("a"))
                                .node("Clip", List.of("a", "zero", "six"), List.of("b"))
                                .node("Mul", List.of("x", "b"), List.of("c"))
                                .node("Div", List.of("c", "six"), List.of("y")),
                        new Op.Unary(FloatUnary.Function.HARD_SWISH, 0, 0)),
                Arguments.of(
                        "hard-swish, divided before the multiplication",
                        model().node("Add", List.of("three", "x"), List.of("a"))
                                .node("Clip", List.of("a", "zero", "six"), List.of("b"))
                                .node("Mul", List.of("b", "sixth"), List.of("c"))
                                .node("Mul", List.of("c", "x"), List.of("y")),
                        new Op.Unary(FloatUnary.Function.HARD_SWISH, 0, 0)),
                Arguments.of(
                        "SiLU",
                        model().node("Sigmoid", "x", "s").node("Mul", List.of("x", "s"), List.of("y")),
                        new Op.Unary(FloatUnary.Function.SWISH, 1, 0)),
                Arguments.of(
                        "leaky ReLU as a maximum",
                        model().node("Mul", List.of("x", "slope"), List.of("s"))
                                .node("Max", List.of("s", "x"), List.of("y")),
                        new Op.Unary(FloatUnary.Function.LEAKY_RELU, 0.1f, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spellings")
    void becomeOneFunction(String spelling, OnnxBuilder model, Op.Unary function) {
        Graph graph = new RecognizeFunctions().apply(model.read());
        assertThat(graph.nodes()).hasSize(1);
        assertThat(graph.nodes().getFirst().op()).isEqualTo(function);
        assertThat(graph.nodes().getFirst().inputs()).containsExactly("x");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spellings")
    void stayWhereAPartIsReadElsewhere(String spelling, OnnxBuilder model, Op.Unary function) {
        Graph graph = model.output(function.function() == FloatUnary.Function.HARD_SWISH ? "a" : "s")
                .read();
        assertThat(new RecognizeFunctions().apply(graph).nodes()).hasSizeGreaterThan(1);
    }
}
