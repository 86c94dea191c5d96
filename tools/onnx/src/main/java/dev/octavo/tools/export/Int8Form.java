package dev.octavo.tools.export;

import java.util.List;
import java.util.stream.Stream;

/**
 * One of the ways to write an int8 network in ONNX. Weights are int8 in all of them.
 *
 * @param notation how operations are spelled
 * @param signed whether activations are stored as int8 (with zero point −128 where they cannot be negative) or as uint8
 *     (with zero point 128 where they can)
 * @param perChannel whether every output channel is given a scale of its own, even where all are the same
 */
public record Int8Form(Notation notation, boolean signed, boolean perChannel) {
    /** How operations are spelled. */
    public enum Notation {
        /** Float operations between QuantizeLinear and DequantizeLinear. */
        QDQ,
        /** QLinearConv and its like. */
        QOPERATOR
    }

    /** All of them. */
    public static List<Int8Form> all() {
        return Stream.of(Notation.QOPERATOR, Notation.QDQ)
                .flatMap(notation -> Stream.of(false, true)
                        .flatMap(signed ->
                                Stream.of(false, true).map(perChannel -> new Int8Form(notation, signed, perChannel))))
                .toList();
    }

    /** Such as {@code QDQ u8×s8 per tensor}. */
    public String label() {
        return (notation == Notation.QDQ ? "QDQ" : "QOperator")
                + (signed ? " s8×s8" : " u8×s8")
                + (perChannel ? " per channel" : " per tensor");
    }
}
