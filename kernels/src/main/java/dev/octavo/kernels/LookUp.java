package dev.octavo.kernels;

/**
 * {@code output = table[input & 255]}: any function of one quantized element, changes of scale included.
 *
 * @param input int8 or uint8
 * @param output int8 or uint8, of the input's shape; may be the input's own memory
 * @param table 256 bytes, by the input's bits taken as unsigned
 */
public record LookUp(TensorView input, TensorView output, byte[] table) implements KernelSpec {
    /** Checks that everything fits together. */
    public LookUp {
        table = table.clone();
        Checks.quantized(input);
        Checks.quantized(output);
        Checks.sameShape(input, output);
        Checks.output(output);
        Checks.require(table.length == 256, "%s entries in a table of 256", table.length);
    }

    @Override
    public byte[] table() {
        return table.clone();
    }
}
