package dev.octavo.kernels.vector;

import static dev.octavo.kernels.vector.Species.FLOATS;
import static dev.octavo.kernels.vector.Species.LANES;
import static dev.octavo.kernels.vector.Species.ORDER;

import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Operations on single floats. */
final class FloatRows {
    private FloatRows() {}

    private static FloatVector load(MemorySegment memory, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, memory, offset, ORDER);
    }

    /** Functions of one element that are {@link #supported}. */
    record Unary(FloatUnary.Function function, float alpha, float beta) implements RowKernel.Row {
        @Override
        public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
            for (int i = 0; i < count; i += LANES) {
                long at = (long) i * Float.BYTES;
                FloatVector x = load(memory, left + at);
                FloatVector y = switch (function) {
                    case CLIP -> x.min(beta).max(alpha);
                    case LEAKY_RELU -> x.blend(x.mul(alpha), x.lt(0f));
                    case HARD_SIGMOID -> gate(x, alpha, beta);
                    case HARD_SWISH -> x.mul(gate(x, 1f / 6f, 0.5f));
                    case SIGMOID, POWER -> throw new IllegalStateException(function.toString());
                };
                boolean whole = count - i >= LANES;
                y.intoMemorySegment(memory, whole ? output + at : scratch, ORDER);
                if (!whole) {
                    Tails.copyFloats(memory, scratch, output + at, count - i);
                }
            }
        }

        /** Whether the Vector API has what the function needs. */
        static boolean supported(FloatUnary.Function function) {
            return function != FloatUnary.Function.SIGMOID && function != FloatUnary.Function.POWER;
        }

        private static FloatVector gate(FloatVector x, float slope, float offset) {
            return x.fma(FloatVector.broadcast(FLOATS, slope), FloatVector.broadcast(FLOATS, offset))
                    .min(1f)
                    .max(0f);
        }
    }

    /** Functions of two elements. */
    record Binary(FloatBinary.Function function) implements RowKernel.Row {
        @Override
        public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
            for (int i = 0; i < count; i += LANES) {
                long at = (long) i * Float.BYTES;
                FloatVector a = load(memory, left + at);
                FloatVector b = load(memory, right + at);
                FloatVector y = switch (function) {
                    case ADD -> a.add(b);
                    case SUBTRACT -> a.sub(b);
                    case MULTIPLY -> a.mul(b);
                    case DIVIDE -> a.div(b);
                };
                boolean whole = count - i >= LANES;
                y.intoMemorySegment(memory, whole ? output + at : scratch, ORDER);
                if (!whole) {
                    Tails.copyFloats(memory, scratch, output + at, count - i);
                }
            }
        }
    }
}
