package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.INTS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.NARROW_BYTES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.Convolution.Residual;
import dev.octavo.kernels.PiecewisePolynomial;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Stores the results of an integer convolution whose accumulators go through an {@link Activation}. What is not asked for, a
 * gate or a residual, is computed with 0: a vector that is chosen between two would be boxed.
 */
final class ActivationRows {
    private static final float MAGIC = 0x1.8p23f;
    private static final int SEGMENTS = PiecewisePolynomial.SEGMENTS;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

    /** Places for the coefficients of one power: the segments, repeated where a vector has more elements. */
    private static final int ROW = Math.max(SEGMENTS, LANES);

    private final MemorySegment parameters;
    private final long steps;
    private final long scales;
    private final MemorySegment coefficients;
    private final int degree;
    /** 1 where the curve is multiplied by its argument, else 0. */
    private final float gate;

    private final float origin;
    private final float offset;
    private final float low;
    private final float high;
    private final boolean residual;
    private final float residualMultiplier;
    private final int residualMask;

    /**
     * @param parameters biases of the channels, filled to whole vectors
     * @param steps where the steps of the channels are
     * @param scales where their scales are
     */
    ActivationRows(
            Activation activation,
            @Nullable Residual residual,
            MemorySegment parameters,
            long steps,
            long scales,
            Arena arena) {
        this.parameters = parameters;
        this.steps = steps;
        this.scales = scales;
        this.degree = activation.curve().degree();
        this.gate = activation.gated() ? 1 : 0;
        this.origin = activation.origin();
        this.offset = activation.offset();
        this.low = activation.low();
        this.high = activation.high();
        this.residual = residual != null;
        this.residualMultiplier = residual == null ? 0 : residual.multiplier().value();
        this.residualMask = residual == null ? 0 : Bytes.mask(residual.view().type());
        this.coefficients = arena.allocate((long) (degree + 1) * ROW * Float.BYTES, 64);
        for (int power = 0; power <= degree; power++) {
            float[] values = activation.curve().coefficients(power);
            for (int i = 0; i < ROW; i++) {
                coefficients.set(FLOAT, (long) (power * ROW + i) * Float.BYTES, values[i % SEGMENTS]);
            }
        }
    }

    /** As {@link QuantizedOutput#store}. */
    void store(MemorySegment memory, long sums, int first, int channels, long output, long added) {
        for (int c = 0; c < channels; c += LANES) {
            long channel = (long) (first + c) * Integer.BYTES;
            IntVector biased = IntVector.fromMemorySegment(INTS, memory, sums + (long) c * Integer.BYTES, ORDER)
                    .add(IntVector.fromMemorySegment(INTS, parameters, channel, ORDER));
            FloatVector sum = (FloatVector) biased.convertShape(VectorOperators.I2F, FLOATS, 0);
            FloatVector scale = FloatVector.fromMemorySegment(FLOATS, parameters, scales + channel, ORDER);
            FloatVector factor = sum.fma(FloatVector.broadcast(FLOATS, gate), FloatVector.broadcast(FLOATS, 1 - gate))
                    .mul(scale);
            FloatVector step = FloatVector.fromMemorySegment(FLOATS, parameters, steps + channel, ORDER);
            FloatVector place = sum.fma(step, FloatVector.broadcast(FLOATS, origin))
                    .max(PiecewisePolynomial.LEAST)
                    .min(PiecewisePolynomial.GREATEST);
            FloatVector raised = place.add(MAGIC);
            FloatVector rest = place.sub(raised.sub(MAGIC));
            IntVector segment = raised.reinterpretAsInts().and(SEGMENTS - 1);
            FloatVector value = coefficients(segment, degree);
            for (int power = degree - 1; power >= 0; power--) {
                value = rest.fma(value, coefficients(segment, power));
            }
            FloatVector y = factor.fma(value, FloatVector.broadcast(FLOATS, offset));
            ByteVector bytes = ByteVector.fromMemorySegment(NARROW_BYTES, memory, (residual ? added : sums) + c, ORDER);
            IntVector ints = ((IntVector) bytes.convertShape(VectorOperators.B2I, INTS, 0)).and(residualMask);
            FloatVector term = (FloatVector) ints.convertShape(VectorOperators.I2F, FLOATS, 0);
            FloatVector sumWithResidual = term.fma(FloatVector.broadcast(FLOATS, residualMultiplier), y);
            // The constant's low byte is zero: what is left of it falls away.
            IntVector q = sumWithResidual.max(low).min(high).add(MAGIC).reinterpretAsInts();
            boolean whole = Tails.wholeBytes(channels - c);
            q.convertShape(VectorOperators.I2B, NARROW_BYTES, 0)
                    .intoMemorySegment(memory, whole ? output + c : sums, ORDER);
            if (!whole) {
                Tails.copyBytes(memory, sums, output + c, channels - c);
            }
        }
    }

    private FloatVector coefficients(IntVector segment, int power) {
        long row = (long) power * ROW * Float.BYTES;
        IntVector lower = IntVector.fromMemorySegment(INTS, coefficients, row, ORDER);
        if (LANES >= SEGMENTS) {
            return segment.selectFrom(lower).reinterpretAsFloats();
        }
        IntVector upper = IntVector.fromMemorySegment(INTS, coefficients, row + (long) LANES * Float.BYTES, ORDER);
        return segment.selectFrom(lower, upper).reinterpretAsFloats();
    }
}
