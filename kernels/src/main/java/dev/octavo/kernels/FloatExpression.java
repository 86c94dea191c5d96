package dev.octavo.kernels;

import dev.octavo.kernels.FloatProgram.Operation;
import org.jspecify.annotations.Nullable;

/** A formula of single-precision operations, in which every operation is rounded by itself. */
final class FloatExpression {
    private final @Nullable Operation operation;
    private final FloatExpression[] operands;
    private final boolean input;
    private final int bits;

    /**
     * @param operation null for an input or a constant
     * @param bits of a constant, number of an input, or bits to shift by
     */
    private FloatExpression(@Nullable Operation operation, boolean input, int bits, FloatExpression... operands) {
        this.operation = operation;
        this.operands = operands;
        this.input = input;
        this.bits = bits;
    }

    static FloatExpression input(int number) {
        return new FloatExpression(null, true, number);
    }

    static FloatExpression of(float constant) {
        return ofBits(Float.floatToRawIntBits(constant));
    }

    static FloatExpression ofBits(int bits) {
        return new FloatExpression(null, false, bits);
    }

    /**
     * Returns {@code c0 + x · (c1 + x · (c2 + …))} by Horner's rule, a fused multiply-add per coefficient but the last.
     */
    static FloatExpression polynomial(FloatExpression x, float... coefficients) {
        FloatExpression sum = of(coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = sum.timesPlus(x, of(coefficients[i]));
        }
        return sum;
    }

    @Nullable
    Operation operation() {
        return operation;
    }

    FloatExpression operand(int index) {
        return operands[index];
    }

    boolean isInput() {
        return input;
    }

    int bits() {
        return bits;
    }

    private static FloatExpression apply(Operation operation, FloatExpression... operands) {
        return new FloatExpression(operation, false, 0, operands);
    }

    FloatExpression plus(FloatExpression other) {
        return apply(Operation.ADD, this, other);
    }

    FloatExpression plus(float other) {
        return plus(of(other));
    }

    FloatExpression minus(FloatExpression other) {
        return apply(Operation.SUBTRACT, this, other);
    }

    FloatExpression minus(float other) {
        return minus(of(other));
    }

    FloatExpression times(FloatExpression other) {
        return apply(Operation.MULTIPLY, this, other);
    }

    FloatExpression times(float other) {
        return times(of(other));
    }

    FloatExpression over(FloatExpression other) {
        return apply(Operation.DIVIDE, this, other);
    }

    /** Returns {@code this · factor + term}, rounded once. */
    FloatExpression timesPlus(FloatExpression factor, FloatExpression term) {
        return apply(Operation.FMA, this, factor, term);
    }

    /** Returns {@code this · factor + term}, rounded once. */
    FloatExpression timesPlus(float factor, FloatExpression term) {
        return timesPlus(of(factor), term);
    }

    /** Returns {@code this < other ? this : other}. */
    FloatExpression orLess(FloatExpression other) {
        return apply(Operation.MINIMUM, this, other);
    }

    /** Returns {@code this > other ? this : other}. */
    FloatExpression orMore(FloatExpression other) {
        return apply(Operation.MAXIMUM, this, other);
    }

    /** Returns what is within bounds, or NaN. */
    FloatExpression within(float low, float high) {
        return of(low).orMore(of(high).orLess(this));
    }

    FloatExpression squareRoot() {
        return apply(Operation.SQUARE_ROOT, this);
    }

    FloatExpression negated() {
        return apply(Operation.XOR, this, ofBits(Integer.MIN_VALUE));
    }

    FloatExpression absolute() {
        return apply(Operation.AND, this, ofBits(Integer.MAX_VALUE));
    }

    FloatExpression signBit() {
        return apply(Operation.AND, this, ofBits(Integer.MIN_VALUE));
    }

    FloatExpression and(FloatExpression other) {
        return apply(Operation.AND, this, other);
    }

    FloatExpression or(FloatExpression other) {
        return apply(Operation.OR, this, other);
    }

    FloatExpression xor(FloatExpression other) {
        return apply(Operation.XOR, this, other);
    }

    FloatExpression plusBits(FloatExpression other) {
        return apply(Operation.ADD_BITS, this, other);
    }

    FloatExpression minusBits(FloatExpression other) {
        return apply(Operation.SUBTRACT_BITS, this, other);
    }

    FloatExpression shiftedLeft(int count) {
        return new FloatExpression(Operation.SHIFT_LEFT, false, count, this);
    }

    FloatExpression shiftedRight(int count) {
        return new FloatExpression(Operation.SHIFT_RIGHT, false, count, this);
    }

    /** Returns {@code negative} where the sign bit is set, else {@code other}. */
    FloatExpression select(FloatExpression negative, FloatExpression other) {
        return apply(Operation.SELECT, this, negative, other);
    }
}
