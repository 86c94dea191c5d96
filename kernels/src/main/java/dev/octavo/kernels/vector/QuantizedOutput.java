package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.INTS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.NARROW_BYTES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.Activation;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.FixedPointMultiplier;
import dev.octavo.kernels.Requantization;
import dev.octavo.kernels.Rescaling;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * The last part of an integer convolution: bias, residual, change of scale, clamp and store.
 *
 * <p>The sum of a float and 1.5·2^23 is that constant's bits plus the float rounded to an integer, ties to even, as long as
 * it is less than 2^22 in magnitude; beyond that the order of the bits, as ints, still clamps rightly.
 */
final class QuantizedOutput {
    private static final float MAGIC = 0x1.8p23f;
    private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);

    /** Bits of the least and the greatest float whose last place is an integer's. */
    private static final int LEAST_BITS = Float.floatToRawIntBits(0x1p23f);

    private static final int MOST_BITS = Float.floatToRawIntBits(0x1p24f) - 1;

    private static final int HALF = 1 << (FixedPointMultiplier.GUARD_BITS - 1);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

    private enum Form {
        PLAIN,
        RESIDUAL,
        ACTIVATION,
        FLOAT
    }

    private final Form form;
    private final int low;
    private final float residualMultiplier;
    private final int residualMask;

    /** Per channel and filled to whole vectors: biases, then multipliers, then upper bounds. */
    private final MemorySegment parameters;

    private final long multipliers;
    private final long highs;
    private final boolean residual;
    private final @Nullable ActivationRows activation;

    QuantizedOutput(Convolution spec, Arena arena) {
        int channels = spec.output().channels();
        Convolution.Residual residual = spec.residual();
        this.residualMultiplier = residual == null ? 0 : guarded(residual.multiplier());
        this.residual = residual != null;
        this.residualMask = residual == null ? 0 : Bytes.mask(residual.view().type());
        this.multipliers = (long) (channels + LANES) * Integer.BYTES;
        this.highs = 2 * multipliers;
        this.parameters = arena.allocate(3 * multipliers, 64);
        int[] bias = spec.bias();
        for (int c = 0; c < channels; c++) {
            parameters.set(INT, (long) c * Integer.BYTES, bias[c]);
        }
        ActivationRows rows = null;
        switch (spec.epilogue()) {
            case Activation activated -> {
                this.form = Form.ACTIVATION;
                this.low = 0;
                for (int c = 0; c < channels; c++) {
                    parameters.set(FLOAT, multipliers + (long) c * Float.BYTES, activated.scale(c));
                    parameters.set(FLOAT, highs + (long) c * Float.BYTES, activated.outputScale(c));
                }
                rows = new ActivationRows(activated, residual, parameters, multipliers, highs, arena);
            }
            case Rescaling rescaling -> {
                this.form = Form.FLOAT;
                this.low = 0;
                for (int c = 0; c < channels; c++) {
                    parameters.set(FLOAT, multipliers + (long) c * Float.BYTES, rescaling.scale(c));
                }
            }
            case Requantization requantization -> {
                this.form = residual == null ? Form.PLAIN : Form.RESIDUAL;
                int zero = residual == null ? MAGIC_BITS : 0;
                this.low = zero + requantization.low();
                for (int c = 0; c < channels; c++) {
                    FixedPointMultiplier multiplier = requantization.multiplier(c);
                    float value = residual == null ? multiplier.value() : guarded(multiplier);
                    parameters.set(FLOAT, multipliers + (long) c * Float.BYTES, value);
                    parameters.set(INT, highs + (long) c * Integer.BYTES, zero + requantization.high(c));
                }
            }
        }
        this.activation = rows;
    }

    private static float guarded(FixedPointMultiplier multiplier) {
        return Math.scalb(multiplier.value(), FixedPointMultiplier.GUARD_BITS);
    }

    /** Whether there is a second term. */
    boolean residual() {
        return residual;
    }

    /**
     * Finishes one pixel, or neighbouring channels of it.
     *
     * @param sums offset of as many int32 sums; the first vector of them, which has been read by then, makes room for tails
     * @param first the first channel
     * @param output offset of the first channel
     * @param added offset of the first channel of the residual, if there is one
     */
    void store(MemorySegment memory, long sums, int first, int channels, long output, long added) {
        switch (form) {
            case PLAIN -> requantize(memory, sums, first, channels, output);
            case RESIDUAL -> requantizeSum(memory, sums, first, channels, output, added);
            case ACTIVATION -> Objects.requireNonNull(activation).store(memory, sums, first, channels, output, added);
            case FLOAT -> rescale(memory, sums, first, channels, output);
        }
    }

    private void requantize(MemorySegment memory, long sums, int first, int channels, long output) {
        FloatVector magic = FloatVector.broadcast(FLOATS, MAGIC);
        for (int c = 0; c < channels; c += LANES) {
            long channel = (long) (first + c) * Integer.BYTES;
            FloatVector multiplier = FloatVector.fromMemorySegment(FLOATS, parameters, multipliers + channel, ORDER);
            IntVector high = IntVector.fromMemorySegment(INTS, parameters, highs + channel, ORDER);
            IntVector biased = IntVector.fromMemorySegment(INTS, memory, sums + (long) c * Integer.BYTES, ORDER)
                    .add(IntVector.fromMemorySegment(INTS, parameters, channel, ORDER));
            FloatVector accumulator = (FloatVector) biased.convertShape(VectorOperators.I2F, FLOATS, 0);
            IntVector rounded = accumulator.fma(multiplier, magic).reinterpretAsInts();
            // The constant's low byte is zero: what is left of it after the clamp falls away.
            IntVector clamped = rounded.max(low).min(high);
            boolean whole = Tails.wholeBytes(channels - c);
            clamped.convertShape(VectorOperators.I2B, NARROW_BYTES, 0)
                    .intoMemorySegment(memory, whole ? output + c : sums, ORDER);
            if (!whole) {
                Tails.copyBytes(memory, sums, output + c, channels - c);
            }
        }
    }

    private void requantizeSum(MemorySegment memory, long sums, int first, int channels, long output, long added) {
        FloatVector magic = FloatVector.broadcast(FLOATS, MAGIC);
        FloatVector secondMultiplier = FloatVector.broadcast(FLOATS, residualMultiplier);
        IntVector mask = IntVector.broadcast(INTS, residualMask);
        for (int c = 0; c < channels; c += LANES) {
            long channel = (long) (first + c) * Integer.BYTES;
            FloatVector multiplier = FloatVector.fromMemorySegment(FLOATS, parameters, multipliers + channel, ORDER);
            IntVector high = IntVector.fromMemorySegment(INTS, parameters, highs + channel, ORDER);
            IntVector biased = IntVector.fromMemorySegment(INTS, memory, sums + (long) c * Integer.BYTES, ORDER)
                    .add(IntVector.fromMemorySegment(INTS, parameters, channel, ORDER));
            FloatVector accumulator = (FloatVector) biased.convertShape(VectorOperators.I2F, FLOATS, 0);
            ByteVector bytes = ByteVector.fromMemorySegment(NARROW_BYTES, memory, added + c, ORDER);
            IntVector ints = ((IntVector) bytes.convertShape(VectorOperators.B2I, INTS, 0)).and(mask);
            FloatVector second = (FloatVector) ints.convertShape(VectorOperators.I2F, FLOATS, 0);
            IntVector term = second.fma(secondMultiplier, magic).reinterpretAsInts();
            IntVector sum = accumulator
                    .fma(multiplier, magic)
                    .reinterpretAsInts()
                    .max(LEAST_BITS)
                    .min(MOST_BITS)
                    .sub(MAGIC_BITS)
                    .add(term.sub(MAGIC_BITS - HALF));
            IntVector clamped = sum.lanewise(VectorOperators.ASHR, FixedPointMultiplier.GUARD_BITS)
                    .max(low)
                    .min(high);
            boolean whole = Tails.wholeBytes(channels - c);
            clamped.convertShape(VectorOperators.I2B, NARROW_BYTES, 0)
                    .intoMemorySegment(memory, whole ? output + c : sums, ORDER);
            if (!whole) {
                Tails.copyBytes(memory, sums, output + c, channels - c);
            }
        }
    }

    private void rescale(MemorySegment memory, long sums, int first, int channels, long output) {
        for (int c = 0; c < channels; c += LANES) {
            long channel = (long) (first + c) * Integer.BYTES;
            FloatVector scale = FloatVector.fromMemorySegment(FLOATS, parameters, multipliers + channel, ORDER);
            IntVector biased = IntVector.fromMemorySegment(INTS, memory, sums + (long) c * Integer.BYTES, ORDER)
                    .add(IntVector.fromMemorySegment(INTS, parameters, channel, ORDER));
            FloatVector accumulator = (FloatVector) biased.convertShape(VectorOperators.I2F, FLOATS, 0);
            FloatVector value = accumulator.mul(scale);
            long target = output + (long) c * Float.BYTES;
            boolean whole = channels - c >= LANES;
            value.intoMemorySegment(memory, whole ? target : sums, ORDER);
            if (!whole) {
                Tails.copyFloats(memory, sums, target, channels - c);
            }
        }
    }
}
