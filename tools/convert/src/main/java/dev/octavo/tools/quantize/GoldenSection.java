package dev.octavo.tools.quantize;

import java.util.function.DoubleUnaryOperator;

/** Golden section search. */
final class GoldenSection {
    private static final double RATIO = (Math.sqrt(5) - 1) / 2;

    private GoldenSection() {}

    /** Where a unimodal function of [low, high] is least, to within the tolerance. */
    static double minimum(DoubleUnaryOperator f, double low, double high, double tolerance) {
        double left = low;
        double right = high;
        double a = right - RATIO * (right - left);
        double b = left + RATIO * (right - left);
        double atA = f.applyAsDouble(a);
        double atB = f.applyAsDouble(b);
        while (right - left > tolerance) {
            if (atA < atB) {
                right = b;
                b = a;
                atB = atA;
                a = right - RATIO * (right - left);
                atA = f.applyAsDouble(a);
            } else {
                left = a;
                a = b;
                atA = atB;
                b = left + RATIO * (right - left);
                atB = f.applyAsDouble(b);
            }
        }
        return 0.5 * (left + right);
    }
}
