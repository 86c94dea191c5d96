package dev.octavo.tools.quantize;

import java.util.function.DoubleUnaryOperator;

/** Point-wise functions of a quantized tensor as tables of all 256 bytes. */
public final class LookupTable {
    private LookupTable() {}

    /**
     * Tabulates {@code clamp(rne(f(q · inputScale) / outputScale))}.
     *
     * @param signedInput whether input bytes are signed; either way a table is indexed by the unsigned value of the byte
     * @param output integers the result may be; above 127 they are stored as unsigned bytes
     */
    public static byte[] of(
            DoubleUnaryOperator f, double inputScale, boolean signedInput, double outputScale, IntegerRange output) {
        byte[] table = new byte[256];
        for (int i = 0; i < table.length; i++) {
            double q = signedInput ? (byte) i : i;
            table[i] = (byte) output.round(f.applyAsDouble(q * inputScale) / outputScale);
        }
        return table;
    }
}
