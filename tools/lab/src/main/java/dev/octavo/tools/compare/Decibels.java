package dev.octavo.tools.compare;

/** Ratios of powers in dB. */
final class Decibels {
    private Decibels() {}

    /** 10·log10(signal / noise); infinite without noise. */
    static double ratio(double signal, double noise) {
        return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
    }
}
