package dev.octavo.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.octavo.kernels.FloatUnary.Function;
import dev.octavo.kernels.scalar.ScalarKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How close the functions come to their values in double precision, and what they give at the ends. */
class FloatFunctionsTest {
    /** Functions that make a number of NaN. */
    private static final Set<Function> INDIFFERENT =
            EnumSet.of(Function.SIGN, Function.NOT, Function.THRESHOLDED_RELU, Function.SHRINK);

    private static final int SAMPLES = 40_000;
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;

    private static Arguments function(
            Function function, float alpha, float beta, double ulps, double absolute, DoubleUnaryOperator exact) {
        return Arguments.of(function, alpha, beta, ulps, absolute, exact);
    }

    /** Errors are in units in the last place of the result, plus an absolute part. */
    static Stream<Arguments> functions() {
        return Stream.of(
                function(Function.CLIP, -1, 6, 0, 0, x -> Math.clamp(x, -1, 6)),
                function(Function.LEAKY_RELU, 0.1f, 0, 0.5, 0, x -> x < 0 ? 0.1f * x : x),
                function(Function.SIGMOID, 0, 0, 2, 0x1p-125, x -> 1 / (1 + Math.exp(-x))),
                function(Function.HARD_SIGMOID, 0.2f, 0.5f, 0.5, 0, x -> Math.clamp(0.2f * x + 0.5, 0, 1)),
                function(Function.HARD_SWISH, 0, 0, 1, 1e-7, x -> x * Math.clamp(x / 6 + 0.5, 0, 1)),
                function(Function.POWER, 2, 0, 0.5, 0, x -> x * x),
                function(Function.POWER, -0.5f, 0, 1.5, 0, x -> 1 / Math.sqrt(x)),
                function(Function.POWER, 0.75f, 0, 150, 0x1p-149, x -> Math.pow(x, 0.75)),
                function(Function.POWER, -5, 0, 150, 0x1p-149, x -> Math.pow(x, -5)),
                function(Function.EXP, 0, 0, 2, 0x1p-149, Math::exp),
                function(Function.LOG, 0, 0, 2, 0, Math::log),
                function(Function.SQRT, 0, 0, 0.5, 0, Math::sqrt),
                function(Function.RECIPROCAL, 0, 0, 0.5, 0, x -> 1 / x),
                function(Function.ABS, 0, 0, 0, 0, Math::abs),
                function(Function.NEGATE, 0, 0, 0, 0, x -> -x),
                function(Function.FLOOR, 0, 0, 0, 0, Math::floor),
                function(Function.CEIL, 0, 0, 0, 0, Math::ceil),
                function(Function.ROUND, 0, 0, 0, 0, Math::rint),
                function(Function.SIGN, 0, 0, 0, 0, Math::signum),
                function(Function.TANH, 0, 0, 4, 0x1p-149, Math::tanh),
                function(Function.SOFTSIGN, 0, 0, 1.5, 0, x -> x / (1 + Math.abs(x))),
                function(Function.SOFTPLUS, 0, 0, 4, 0x1p-125, FloatFunctionsTest::softplus),
                function(Function.ERF, 0, 0, 4, 0, FloatFunctionsTest::errorFunction),
                function(Function.GELU, 0, 0, 4, 4e-7, x -> x / 2 * (1 + errorFunction(x * Math.sqrt(0.5)))),
                function(Function.GELU_TANH, 0, 0, 16, 4e-7, FloatFunctionsTest::geluByTanh),
                function(Function.SWISH, 1, 0, 3, 1e-19, x -> x / (1 + Math.exp(-x))),
                function(Function.SWISH, 1.7f, 0, 200, 1e-19, x -> x / (1 + Math.exp(-1.7f * x))),
                function(Function.MISH, 0, 0, 5, 1e-19, x -> x * Math.tanh(softplus(x))),
                function(Function.TRUNCATE, 0, 0, 0, 0, x -> x < 0 ? Math.ceil(x) : Math.floor(x)),
                function(Function.NOT, 0, 0, 0, 0, x -> x == 0 ? 1 : 0),
                function(Function.SHRINK, 1, 0.5f, 0.5, 0, x -> x < -1 ? x + 0.5 : x > 1 ? x - 0.5 : 0),
                function(Function.SELU, 1.67f, 1.05f, 4, 0, x -> 1.05f * (x < 0 ? 1.67f * Math.expm1(x) : x)),
                function(Function.CELU, 2, 0, 3, 0, x -> x < 0 ? 2 * Math.expm1(x / 2) : x),
                function(Function.THRESHOLDED_RELU, 1, 0, 0, 0, x -> x > 1 ? x : 0));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double geluByTanh(double x) {
        return x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    /** Abramowitz and Stegun 7.1.6. */
    private static double errorFunction(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    @ParameterizedTest
    @MethodSource("functions")
    void isClose(Function function, float alpha, float beta, double ulps, double absolute, DoubleUnaryOperator exact) {
        float[] arguments = arguments();
        float[] results = apply(function, alpha, beta, arguments);
        for (int i = 0; i < arguments.length; i++) {
            double expected = exact.applyAsDouble(arguments[i]);
            if (Double.isNaN(expected)) {
                assertThat(results[i]).as("of %s", arguments[i]).isNaN();
            } else if (Math.abs(expected) > Float.MAX_VALUE) {
                assertThat(Math.abs(results[i])).as("of %s", arguments[i]).isGreaterThan(3.4e38f);
            } else {
                double error = Math.abs(results[i] - expected);
                double most = ulps * Math.ulp((float) expected) + absolute;
                assertThat(error).as("%s of %s", results[i], arguments[i]).isLessThanOrEqualTo(most);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("functions")
    void passesNaNOn(
            Function function, float alpha, float beta, double ulps, double absolute, DoubleUnaryOperator exact) {
        if (!INDIFFERENT.contains(function)) {
            assertThat(apply(function, alpha, beta, NAN)[0]).isNaN();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SIGMOID, 1, 0", "TANH, 1, -1", "SOFTPLUS, Infinity, 0", "EXP, Infinity, 0", "ERF, 1, -1",
        "LOG, Infinity, NaN", "TRUNCATE, Infinity, -Infinity", "RECIPROCAL, 0, 0", "SIGN, 1, -1",
                "FLOOR, Infinity, -Infinity",
        "CEIL, Infinity, -Infinity", "ROUND, Infinity, -Infinity", "ABS, Infinity, Infinity"
    })
    void hasLimits(Function function, float above, float below) {
        float[] ends = apply(function, 1, 0, INFINITY, -INFINITY);
        assertThat(ends[0]).isEqualTo(above);
        assertThat(ends[1]).isCloseTo(below, offset(0x1p-125f));
    }

    @Test
    void theLogarithmOfNothingIsMinusInfinity() {
        assertThat(apply(Function.LOG, 0, 0, 0f, -0f, 1, Float.MIN_VALUE))
                .containsExactly(-INFINITY, -INFINITY, 0, (float) Math.log(Float.MIN_VALUE));
    }

    /** Of all magnitudes, of those where functions bend, and integers with their halves. */
    private static float[] arguments() {
        SplittableRandom random = new SplittableRandom(1);
        float[] arguments = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            arguments[i] = switch (i % 4) {
                case 0 -> (float) (Math.pow(2, random.nextDouble(-120, 60)) * (random.nextBoolean() ? 1 : -1));
                case 1 -> (float) random.nextDouble(-100, 100);
                case 2 -> (float) random.nextDouble(-5, 5);
                default -> random.nextInt(-40, 40) / 2f;
            };
        }
        return arguments;
    }

    private static float[] apply(Function function, float alpha, float beta, float... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4L * arguments.length, 64);
            for (int i = 0; i < arguments.length; i++) {
                memory.set(TestMemory.FLOAT, 4L * i, arguments[i]);
            }
            TensorView view = TensorView.contiguous(ElementType.FLOAT32, 0, arguments.length);
            new ScalarKernels()
                    .prepare(new FloatUnary(function, alpha, beta, view, view), arena)
                    .orElseThrow()
                    .run(memory, 0);
            float[] results = new float[arguments.length];
            for (int i = 0; i < results.length; i++) {
                results[i] = memory.get(TestMemory.FLOAT, 4L * i);
            }
            return results;
        }
    }
}
