package dev.octavo.tools.graph;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** A tensor of numbers that is known at import: floats, or exact integers. Its arrays are shared, and never changed. */
public sealed interface Constant {
    /** Extents, in the order of the dimensions; none for a scalar. */
    int[] shape();

    /** The element type. */
    NumberType type();

    /** Number of elements. */
    int elements();

    /** Returns these elements in another shape of as many. */
    Constant reshaped(int... newShape);

    /** A tensor whose element {@code i} is this one's element {@code source(i)}. */
    Constant select(int[] newShape, IntUnaryOperator source);

    /** Element {@code i} as a floating-point number. */
    double real(int i);

    /** Numbers of the types FLOAT, DOUBLE, FLOAT16 and BFLOAT16, rounded to single precision. */
    record Floats(NumberType type, int[] shape, float[] values) implements Constant {
        @Override
        public int elements() {
            return values.length;
        }

        @Override
        public Floats reshaped(int... newShape) {
            return new Floats(type, newShape, values);
        }

        @Override
        public Floats select(int[] newShape, IntUnaryOperator source) {
            float[] selected = new float[ConstantMath.elements(newShape)];
            for (int i = 0; i < selected.length; i++) {
                selected[i] = values[source.applyAsInt(i)];
            }
            return new Floats(type, newShape, selected);
        }

        @Override
        public double real(int i) {
            return values[i];
        }

        @Override
        public String toString() {
            return type + Arrays.toString(shape);
        }
    }

    /** Numbers of the integer types and BOOL. */
    record Integers(NumberType type, int[] shape, long[] values) implements Constant {
        @Override
        public int elements() {
            return values.length;
        }

        @Override
        public Integers reshaped(int... newShape) {
            return new Integers(type, newShape, values);
        }

        @Override
        public Integers select(int[] newShape, IntUnaryOperator source) {
            long[] selected = new long[ConstantMath.elements(newShape)];
            for (int i = 0; i < selected.length; i++) {
                selected[i] = values[source.applyAsInt(i)];
            }
            return new Integers(type, newShape, selected);
        }

        @Override
        public double real(int i) {
            return values[i];
        }

        @Override
        public String toString() {
            return type + Arrays.toString(shape);
        }
    }

    /** A vector of 64-bit integers. */
    static Integers vector(long... values) {
        return new Integers(NumberType.INT64, new int[] {values.length}, values);
    }

    /** A single float without dimensions. */
    static Floats scalar(float value) {
        return new Floats(NumberType.FLOAT, new int[0], new float[] {value});
    }

    /** A vector of floats. */
    static Floats vector(float... values) {
        return new Floats(NumberType.FLOAT, new int[] {values.length}, values);
    }

    /** Floats of a shape. */
    static Floats of(int[] shape, float[] values) {
        return new Floats(NumberType.FLOAT, shape, values);
    }
}
