package dev.octavo.tools.quantizer;

import dev.octavo.kernels.ElementType;
import dev.octavo.tools.quantize.IntegerRange;

/**
 * How a value is stored: real = scale · q. The byte is q itself, or q + {@link #zero} where no byte holds the range.
 *
 * @param range integers q it may hold
 */
public record TensorEncoding(IntegerRange range, float scale) {
    /** How one integer is stored. */
    public ElementType type() {
        return range.low() < 0 && zero() == 0 ? ElementType.INT8 : ElementType.UINT8;
    }

    /** Returns the code of 0. */
    public int zero() {
        return range.zeroCode();
    }

    /** Returns the least code. */
    public int leastCode() {
        return range.low() + zero();
    }

    /** Returns the greatest code. */
    public int greatestCode() {
        return range.high() + zero();
    }

    /** Returns the code that is nearest to a real number, ties to even. */
    public int code(double real) {
        return range.round(real / scale) + zero();
    }
}
