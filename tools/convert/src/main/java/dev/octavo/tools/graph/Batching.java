package dev.octavo.tools.graph;

import java.util.List;

/**
 * Whether an operator, given images one after the other along the first dimension, gives their results one after the other:
 * the condition for running a network imported at batch 1 at any batch size.
 */
final class Batching {
    private Batching() {}

    /** An input: its shape, and whether it is the same for all images. */
    record Operand(int[] shape, boolean constant) {}

    static boolean keeps(Op op, List<Operand> operands, int[] output) {
        if (output.length == 0 || output[0] != 1) {
            return false;
        }
        for (Operand operand : operands) {
            boolean image = operand.shape().length > 0 && operand.shape()[0] == 1;
            if (!operand.constant() && !image) {
                return false;
            }
        }
        return switch (op) {
            case Op.Binary binary -> aligned(operands, output);
            case Op.MatMul product -> output.length > 2 && aligned(operands, output);
            case Op.Transpose transpose -> transpose.order().getFirst() == 0;
            case Op.Softmax softmax -> softmax.axis() != 0;
            case Op.Reduction reduction -> !reduction.axes().contains(0);
            case Op.ArgExtreme extreme -> extreme.axis() != 0;
            case Op.TopK topK -> topK.axis() != 0;
            case Op.Select select -> aligned(operands, output);
            case Op.Gather gather ->
                gather.axis() != 0
                        && (gather.elements()
                                ? aligned(operands, output)
                                : operands.getLast().constant());
            case Op.Scatter scatter -> scatter.axis() != 0 && aligned(operands, output);
            case Op.Concat concat -> concat.axis() != 0 && operands.stream().noneMatch(Operand::constant);
            case Op.Slice slice ->
                slice.starts().getFirst() == 0 && slice.steps().getFirst() == 1;
            case Op.Pad pad -> pad.before().getFirst() == 0 && pad.after().getFirst() == 0;
            case Op.Layer _,
                    Op.BatchNormalization _,
                    Op.Unary _,
                    Op.RoundToGrid _,
                    Op.Pool _,
                    Op.GlobalPool _,
                    Op.Reshape _ -> true;
        };
    }

    /** The first dimension of every computed operand is that of the result; constants repeat along it. */
    private static boolean aligned(List<Operand> operands, int[] output) {
        return operands.stream().allMatch(operand -> operand.constant() || operand.shape().length == output.length);
    }
}
