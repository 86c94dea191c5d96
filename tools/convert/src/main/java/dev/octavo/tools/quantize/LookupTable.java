package dev.octavo.tools.quantize;

import java.util.function.DoubleUnaryOperator;

/** Point-wise functions of a quantized tensor as tables of all 256 bytes. */
public final class LookupTable {
    private LookupTable() {}

    /**
     * Tabulates {@code clamp(rne(f((q − inputZero) · inputScale) / outputScale))}, as codes of the output.
     *
     * @param signedInput whether input bytes are signed; either way a table is indexed by the unsigned value of the byte
     * @param inputZero the input's code of 0
     * @param output integers the result may be
     */
    public static byte[] of(
            DoubleUnaryOperator f,
            double inputScale,
            boolean signedInput,
            int inputZero,
            double outputScale,
            IntegerRange output) {
        byte[] table = new byte[256];
        for (int i = 0; i < table.length; i++) {
            double q = (signedInput ? (byte) i : i) - inputZero;
            table[i] = (byte) (output.round(f.applyAsDouble(q * inputScale) / outputScale) + output.zeroCode());
        }
        return table;
    }
}
