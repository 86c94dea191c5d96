package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.INTS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.NARROW_BYTES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.LookUp;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.QuantizedAdd;
import dev.octavo.kernels.QuantizedMultiply;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Operations on single bytes. Rounding is that of {@link QuantizedOutput}. */
final class QuantizedRows {
    private static final float MAGIC = 0x1.8p23f;
    private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);

    private QuantizedRows() {}

    /** Sums, which are far below 2^22. */
    static final class Add implements RowKernel.Row {
        private final float leftMultiplier;
        private final float rightMultiplier;
        private final float offset;
        private final int leftMask;
        private final int rightMask;
        private final int low;
        private final int high;

        Add(QuantizedAdd spec) {
            this.leftMultiplier = spec.leftMultiplier().value();
            this.rightMultiplier = spec.rightMultiplier().value();
            this.offset = spec.offset();
            this.leftMask = Bytes.mask(spec.left().type());
            this.rightMask = Bytes.mask(spec.right().type());
            this.low = MAGIC_BITS + spec.low();
            this.high = MAGIC_BITS + spec.high();
        }

        @Override
        public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
            FloatVector leftScale = FloatVector.broadcast(FLOATS, leftMultiplier);
            FloatVector rightScale = FloatVector.broadcast(FLOATS, rightMultiplier);
            FloatVector shift = FloatVector.broadcast(FLOATS, offset);
            for (int i = 0; i < count; i += LANES) {
                ByteVector aBytes = ByteVector.fromMemorySegment(NARROW_BYTES, memory, left + i, ORDER);
                IntVector aInts = ((IntVector) aBytes.convertShape(VectorOperators.B2I, INTS, 0)).and(leftMask);
                FloatVector a = (FloatVector) aInts.convertShape(VectorOperators.I2F, FLOATS, 0);
                ByteVector bBytes = ByteVector.fromMemorySegment(NARROW_BYTES, memory, right + i, ORDER);
                IntVector bInts = ((IntVector) bBytes.convertShape(VectorOperators.B2I, INTS, 0)).and(rightMask);
                FloatVector b = (FloatVector) bInts.convertShape(VectorOperators.I2F, FLOATS, 0);
                FloatVector sum = a.fma(leftScale, b.fma(rightScale, shift));
                IntVector q = sum.add(MAGIC).reinterpretAsInts().max(low).min(high);
                boolean whole = Tails.wholeBytes(count - i);
                q.convertShape(VectorOperators.I2B, NARROW_BYTES, 0)
                        .intoMemorySegment(memory, whole ? output + i : scratch, ORDER);
                if (!whole) {
                    Tails.copyBytes(memory, scratch, output + i, count - i);
                }
            }
        }
    }

    /** Products with a bias, which a float holds exactly. */
    static final class Multiply implements RowKernel.Row {
        private final float multiplier;
        private final float bias;
        private final int leftMask;
        private final int rightMask;
        private final int leftZero;
        private final int rightZero;
        private final int low;
        private final int high;

        Multiply(QuantizedMultiply spec) {
            this.multiplier = spec.multiplier().value();
            this.bias = spec.bias();
            this.leftZero = spec.leftZero();
            this.rightZero = spec.rightZero();
            this.leftMask = Bytes.mask(spec.left().type());
            this.rightMask = Bytes.mask(spec.right().type());
            this.low = MAGIC_BITS + spec.low();
            this.high = MAGIC_BITS + spec.high();
        }

        @Override
        public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
            FloatVector magic = FloatVector.broadcast(FLOATS, MAGIC);
            FloatVector scale = FloatVector.broadcast(FLOATS, multiplier);
            FloatVector shift = FloatVector.broadcast(FLOATS, bias);
            for (int i = 0; i < count; i += LANES) {
                ByteVector aBytes = ByteVector.fromMemorySegment(NARROW_BYTES, memory, left + i, ORDER);
                IntVector aInts = ((IntVector) aBytes.convertShape(VectorOperators.B2I, INTS, 0))
                        .and(leftMask)
                        .sub(leftZero);
                FloatVector a = (FloatVector) aInts.convertShape(VectorOperators.I2F, FLOATS, 0);
                ByteVector bBytes = ByteVector.fromMemorySegment(NARROW_BYTES, memory, right + i, ORDER);
                IntVector bInts = ((IntVector) bBytes.convertShape(VectorOperators.B2I, INTS, 0))
                        .and(rightMask)
                        .sub(rightZero);
                FloatVector b = (FloatVector) bInts.convertShape(VectorOperators.I2F, FLOATS, 0);
                IntVector q = a.fma(b, shift)
                        .fma(scale, magic)
                        .reinterpretAsInts()
                        .max(low)
                        .min(high);
                boolean whole = Tails.wholeBytes(count - i);
                q.convertShape(VectorOperators.I2B, NARROW_BYTES, 0)
                        .intoMemorySegment(memory, whole ? output + i : scratch, ORDER);
                if (!whole) {
                    Tails.copyBytes(memory, scratch, output + i, count - i);
                }
            }
        }
    }

    /** Conversion to floats. */
    static final class ToFloat implements RowKernel.Row {
        private final float scale;
        private final int zero;
        private final int mask;

        ToFloat(Dequantize spec) {
            this.scale = spec.scale();
            this.zero = spec.zero();
            this.mask = Bytes.mask(spec.input().type());
        }

        @Override
        public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
            for (int i = 0; i < count; i += LANES) {
                ByteVector numberBytes = ByteVector.fromMemorySegment(NARROW_BYTES, memory, left + i, ORDER);
                IntVector numberInts = ((IntVector) numberBytes.convertShape(VectorOperators.B2I, INTS, 0))
                        .and(mask)
                        .sub(zero);
                FloatVector number = (FloatVector) numberInts.convertShape(VectorOperators.I2F, FLOATS, 0);
                FloatVector value = number.mul(scale);
                long target = output + (long) i * Float.BYTES;
                boolean whole = count - i >= LANES;
                value.intoMemorySegment(memory, whole ? target : scratch, ORDER);
                if (!whole) {
                    Tails.copyFloats(memory, scratch, target, count - i);
                }
            }
        }
    }

    /** A table, which no portable vector operation reads faster than a loop. */
    static final class Table implements RowKernel.Row {
        private final byte[] table;

        Table(LookUp spec) {
            this.table = spec.table();
        }

        @Override
        public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
            for (int i = 0; i < count; i++) {
                int bits = Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, left + i));
                memory.set(ValueLayout.JAVA_BYTE, output + i, table[bits]);
            }
        }
    }

    /** Conversion from floats, with one scale and shift. */
    static final class FromFloat implements RowKernel.Row {
        private final float scale;
        private final float shift;
        private final int zeroPoint;
        private final int low;
        private final int high;

        FromFloat(Quantize spec) {
            scale = spec.scales()[0];
            shift = spec.shifts()[0];
            zeroPoint = spec.zeroPoint();
            low = MAGIC_BITS + spec.low() - zeroPoint;
            high = MAGIC_BITS + spec.high() - zeroPoint;
        }

        @Override
        public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
            FloatVector step = FloatVector.broadcast(FLOATS, scale);
            for (int i = 0; i < count; i += LANES) {
                FloatVector value = FloatVector.fromMemorySegment(FLOATS, memory, left + (long) i * Float.BYTES, ORDER)
                        .sub(shift)
                        .div(step);
                FloatVector number = value.blend(0f, value.test(VectorOperators.IS_NAN));
                IntVector q =
                        number.add(MAGIC).reinterpretAsInts().max(low).min(high).add(zeroPoint);
                boolean whole = Tails.wholeBytes(count - i);
                q.convertShape(VectorOperators.I2B, NARROW_BYTES, 0)
                        .intoMemorySegment(memory, whole ? output + i : scratch, ORDER);
                if (!whole) {
                    Tails.copyBytes(memory, scratch, output + i, count - i);
                }
            }
        }
    }
}
