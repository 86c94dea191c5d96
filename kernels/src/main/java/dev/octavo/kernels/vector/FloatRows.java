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

    /** Functions of one element that are {@link #supported}. */
    record Unary(FloatUnary.Function function, float alpha, float beta) implements RowKernel.Row {
        @Override
        public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
            boolean swish = function == FloatUnary.Function.HARD_SWISH;
            FloatVector slope = FloatVector.broadcast(FLOATS, swish ? 1f / 6f : alpha);
            FloatVector offset = FloatVector.broadcast(FLOATS, swish ? 0.5f : beta);
            for (int i = 0; i < count; i += LANES) {
                long at = (long) i * Float.BYTES;
                FloatVector x = FloatVector.fromMemorySegment(FLOATS, memory, left + at, ORDER);
                FloatVector y = switch (function) {
                    case CLIP -> x.min(beta).max(alpha);
                    case LEAKY_RELU -> x.blend(x.mul(alpha), x.lt(0f));
                    case HARD_SIGMOID -> x.fma(slope, offset).min(1f).max(0f);
                    case HARD_SWISH -> x.mul(x.fma(slope, offset).min(1f).max(0f));
                    default -> throw new IllegalStateException(function.toString());
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
            return switch (function) {
                case CLIP, LEAKY_RELU, HARD_SIGMOID, HARD_SWISH -> true;
                default -> false;
            };
        }
    }

    /** Functions of two elements that are {@link #supported}. */
    record Binary(FloatBinary.Function function) implements RowKernel.Row {
        @Override
        public void run(MemorySegment memory, long scratch, int count, long output, long left, long right) {
            for (int i = 0; i < count; i += LANES) {
                long at = (long) i * Float.BYTES;
                FloatVector a = FloatVector.fromMemorySegment(FLOATS, memory, left + at, ORDER);
                FloatVector b = FloatVector.fromMemorySegment(FLOATS, memory, right + at, ORDER);
                FloatVector y = switch (function) {
                    case ADD -> a.add(b);
                    case SUBTRACT -> a.sub(b);
                    case MULTIPLY -> a.mul(b);
                    case DIVIDE -> a.div(b);
                    case MINIMUM -> b.blend(a, a.lt(b));
                    case MAXIMUM -> b.blend(a, b.lt(a));
                    default -> throw new IllegalStateException(function.toString());
                };
                boolean whole = count - i >= LANES;
                y.intoMemorySegment(memory, whole ? output + at : scratch, ORDER);
                if (!whole) {
                    Tails.copyFloats(memory, scratch, output + at, count - i);
                }
            }
        }

        /** Whether the Vector API has what the function needs. */
        static boolean supported(FloatBinary.Function function) {
            return switch (function) {
                case ADD, SUBTRACT, MULTIPLY, DIVIDE, MINIMUM, MAXIMUM -> true;
                default -> false;
            };
        }
    }
}
