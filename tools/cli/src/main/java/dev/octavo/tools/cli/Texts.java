package dev.octavo.tools.cli;

import java.util.Locale;

/** Numbers as people read them, the same in every country. */
final class Texts {
    private Texts() {}

    /** With so many decimals. */
    static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** A part of 1 in per cent, with two decimals. */
    static String percent(double part) {
        return number(100 * part, 2) + " %";
    }

    /** A count with a unit such as k or M. */
    static String count(long value) {
        if (value < 10_000) {
            return Long.toString(value);
        }
        if (value < 10_000_000) {
            return number(value / 1e3, 1) + " k";
        }
        return value < 10_000_000_000L ? number(value / 1e6, 1) + " M" : number(value / 1e9, 1) + " G";
    }
}
