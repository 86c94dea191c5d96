package dev.octavo.tools.quantizer;

import dev.octavo.kernels.ElementType;
import dev.octavo.tools.quantize.IntegerRange;

/**
 * How a value is stored: real = scale · q.
 *
 * @param range integers it may hold
 */
public record TensorEncoding(IntegerRange range, float scale) {
    /** How one integer is stored. */
    public ElementType type() {
        return range.low() < 0 ? ElementType.INT8 : ElementType.UINT8;
    }
}
