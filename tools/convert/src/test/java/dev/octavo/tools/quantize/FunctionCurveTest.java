package dev.octavo.tools.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.octavo.kernels.FloatUnary.Function;
import dev.octavo.tools.graph.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionCurveTest {
    @ParameterizedTest
    @CsvSource({
        "SWISH, 1, 0, true", "HARD_SWISH, 0, 0, true", "LEAKY_RELU, 0.1, 0, true", "GELU, 0, 0, true",
        "GELU_TANH, 0, 0, true", "MISH, 0, 0, true", "SELU, 1, 1, true", "SELU, 1.6733, 1.0507, true",
        "SIGMOID, 0, 0, false", "TANH, 0, 0, false", "HARD_SIGMOID, 0.2, 0.5, false", "ERF, 0, 0, false"
    })
    void errorsAreSmallerThanBytesShow(Function function, float alpha, float beta, boolean gated) {
        Op.Unary unary = new Op.Unary(function, alpha, beta);
        FunctionCurve curve = FunctionCurve.of(unary::apply).orElseThrow();
        assertThat(curve.gated()).isEqualTo(gated);
        for (double x = -100; x <= 100; x += 0.0137) {
            double scale = gated ? Math.abs(x) : 1;
            assertThat(curve.apply(x)).as("at %s", x).isCloseTo(unary.apply(x), within(3e-4 * scale));
        }
    }

    @Test
    void straightFunctionsNeedFewPowers() {
        assertThat(FunctionCurve.of(new Op.Unary(Function.LEAKY_RELU, 0.1f, 0)::apply)
                        .orElseThrow()
                        .curve()
                        .degree())
                .isZero();
        assertThat(FunctionCurve.of(new Op.Unary(Function.HARD_SWISH, 0, 0)::apply)
                        .orElseThrow()
                        .curve()
                        .degree())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"EXP, 0, 0", "LOG, 0, 0", "SOFTPLUS, 0, 0", "RECIPROCAL, 0, 0", "POWER, 2, 0"})
    void functionsThatNoCurveFollowsAreLeftAlone(Function function, float alpha, float beta) {
        assertThat(FunctionCurve.of(new Op.Unary(function, alpha, beta)::apply)).isEmpty();
    }
}
