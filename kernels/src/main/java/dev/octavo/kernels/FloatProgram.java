package dev.octavo.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes one float from one or two others by a fixed sequence of single-precision steps. It is how functions such as the
 * sigmoid are defined: every tier takes the same steps in the same order, so that all of them give the same bits.
 *
 * <p>Steps read and write numbered slots of 32 bits: first the {@link #constants}, then the {@link #inputs}, then results. A
 * slot is written again once its content is no longer needed, so that the slots behind the constants fit into registers.
 */
public final class FloatProgram {
    /** The slots of inputs and results that no program exceeds, so that vector registers hold them all. */
    public static final int MOST_REGISTERS = 12;

    /** What a step does with the 32 bits of its operands; {@code a}, {@code b} and {@code c} in their order. */
    public enum Operation {
        /** {@code a + b}. */
        ADD(2),
        /** {@code a − b}. */
        SUBTRACT(2),
        /** {@code a · b}. */
        MULTIPLY(2),
        /** {@code a / b}. */
        DIVIDE(2),
        /** {@code a · b + c}, rounded once. */
        FMA(3),
        /** {@code a < b ? a : b}, so b where either is NaN. */
        MINIMUM(2),
        /** {@code a > b ? a : b}, so b where either is NaN. */
        MAXIMUM(2),
        /** The square root of {@code a}, correctly rounded. */
        SQUARE_ROOT(1),
        /** Bits that are set in both operands. */
        AND(2),
        /** Bits that are set in either operand. */
        OR(2),
        /** Bits that differ between the operands. */
        XOR(2),
        /** The sum of the operands taken as int32, modulo 2^32. */
        ADD_BITS(2),
        /** The difference of the operands taken as int32, modulo 2^32. */
        SUBTRACT_BITS(2),
        /** The operand taken as int32, times 2^shift, modulo 2^32. */
        SHIFT_LEFT(1),
        /** The operand taken as int32, divided by 2^shift and rounded down. */
        SHIFT_RIGHT(1),
        /** {@code b} where the sign bit of {@code a} is set, else {@code c}. */
        SELECT(3);

        private final int operands;

        Operation(int operands) {
            this.operands = operands;
        }

        /** Returns how many operands it takes. */
        public int operands() {
            return operands;
        }

        /** Returns whether {@code a} and {@code b} may be exchanged. */
        public boolean commutes() {
            return switch (this) {
                case ADD, MULTIPLY, FMA, AND, OR, XOR, ADD_BITS -> true;
                default -> false;
            };
        }
    }

    /**
     * One operation on slots.
     *
     * @param target slot of the result, which may be that of an operand
     * @param a slot of the first operand
     * @param b slot of the second operand, if there is one
     * @param c slot of the third operand, if there is one
     * @param shift bits to shift by, from 0 to 31
     */
    public record Step(Operation operation, int target, int a, int b, int c, int shift) {}

    /** The numbers of equal values are equal. */
    private record Numbered(Operation operation, int a, int b, int c, int shift) {}

    private final int[] constants;
    private final int inputs;
    private final int slots;
    private final List<Step> steps;
    private final int result;

    private FloatProgram(int[] constants, int inputs, int slots, List<Step> steps, int result) {
        this.constants = constants;
        this.inputs = inputs;
        this.slots = slots;
        this.steps = List.copyOf(steps);
        this.result = result;
    }

    /**
     * Orders the steps that lead to an expression, each of them once.
     *
     * @param inputs how many there are, whether they are used or not
     */
    static FloatProgram of(int inputs, FloatExpression expression) {
        return new Compiler(inputs).compile(expression);
    }

    /** Returns the bits of the constants, which fill the first slots. */
    public int[] constants() {
        return constants.clone();
    }

    /** Returns how many slots behind the constants hold inputs when the program begins. */
    public int inputs() {
        return inputs;
    }

    /** Returns how many slots there are, constants and inputs included. */
    public int slots() {
        return slots;
    }

    /** Returns the steps in their order. */
    public List<Step> steps() {
        return steps;
    }

    /** Returns the slot that holds the result after the last step. */
    public int result() {
        return result;
    }

    /** Numbers values, drops those that are not needed, and assigns slots. */
    private static final class Compiler {
        private final int inputs;
        private final IdentityHashMap<FloatExpression, Integer> numbers = new IdentityHashMap<>();
        private final Map<Object, Integer> known = new HashMap<>();
        private final List<Object> values = new ArrayList<>();

        Compiler(int inputs) {
            this.inputs = inputs;
            for (int i = 0; i < inputs; i++) {
                number("input " + i);
            }
        }

        private int number(Object value) {
            return known.computeIfAbsent(value, added -> {
                values.add(added);
                return values.size() - 1;
            });
        }

        /** Operands come before what is computed from them. */
        private int number(FloatExpression expression) {
            Integer present = numbers.get(expression);
            if (present != null) {
                return present;
            }
            Operation operation = expression.operation();
            int number;
            if (operation == null) {
                number = expression.isInput() ? expression.bits() : number((Object) expression.bits());
            } else {
                int[] operands = new int[3];
                for (int i = 0; i < operation.operands(); i++) {
                    operands[i] = number(expression.operand(i));
                }
                number = number(new Numbered(operation, operands[0], operands[1], operands[2], expression.bits()));
            }
            numbers.put(expression, number);
            return number;
        }

        FloatProgram compile(FloatExpression expression) {
            int result = number(expression);
            int[] lastUse = new int[values.size()];
            List<Integer> constants = new ArrayList<>();
            int[] slots = new int[values.size()];
            for (int v = 0; v < values.size(); v++) {
                if (values.get(v) instanceof Integer bits) {
                    slots[v] = constants.size();
                    constants.add(bits);
                    lastUse[v] = Integer.MAX_VALUE;
                } else if (values.get(v) instanceof Numbered step) {
                    for (int operand : operands(step)) {
                        lastUse[operand] = Math.max(lastUse[operand], v);
                    }
                }
            }
            lastUse[result] = Integer.MAX_VALUE;
            boolean[] taken = new boolean[values.size()];
            int registers = inputs;
            for (int i = 0; i < inputs; i++) {
                slots[i] = constants.size() + i;
                taken[i] = lastUse[i] > 0;
            }
            List<Step> steps = new ArrayList<>();
            for (int v = inputs; v < values.size(); v++) {
                if (values.get(v) instanceof Numbered step) {
                    for (int operand : operands(step)) {
                        if (lastUse[operand] == v) {
                            taken[slots[operand] - constants.size()] = false;
                        }
                    }
                    int register = 0;
                    while (taken[register]) {
                        register++;
                    }
                    taken[register] = true;
                    registers = Math.max(registers, register + 1);
                    slots[v] = constants.size() + register;
                    steps.add(new Step(
                            step.operation, slots[v], slots[step.a], slots[step.b], slots[step.c], step.shift));
                }
            }
            if (registers > MOST_REGISTERS) {
                throw new IllegalStateException(registers + " registers where " + MOST_REGISTERS + " are the most");
            }
            int[] bits = constants.stream().mapToInt(Integer::intValue).toArray();
            return new FloatProgram(bits, inputs, bits.length + registers, steps, slots[result]);
        }

        private static int[] operands(Numbered step) {
            int[] all = {step.a, step.b, step.c};
            return Arrays.copyOf(all, step.operation.operands());
        }
    }
}
