package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.*;

import dev.octavo.kernels.FloatProgram;
import dev.octavo.kernels.FloatProgram.Step;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Mask;
import dev.octavo.kernels.machine.x86.assembler.Operand;
import dev.octavo.kernels.machine.x86.assembler.VectorInstruction;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;

/**
 * Emits a {@link FloatProgram} for a vector of elements, one instruction per step but where an operand has to be copied first.
 * Constants are read from the pool.
 */
final class ProgramEmitter {
    /** Registers behind those of the program that it overwrites. */
    static final int TEMPORARIES = 2;

    private static final Mask CHOICE = Mask.K2;

    private final FloatProgram program;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final int[] constants;
    private final int first;

    /**
     * @param first the first of the registers that the program may use: {@link #registers} of them
     */
    ProgramEmitter(FloatProgram program, int first, Assembler code, Simd simd, ConstantPool pool) {
        this.program = program;
        this.code = code;
        this.simd = simd;
        this.pool = pool;
        this.constants = program.constants();
        this.first = first;
    }

    /** Returns how many registers {@link #emit} overwrites. */
    int registers() {
        return program.slots() - constants.length + TEMPORARIES;
    }

    /** Returns the register that holds an input before {@link #emit}. */
    VectorRegister input(int number) {
        return simd.register(first + number);
    }

    /** Writes the code of all steps, and returns the register that holds the result. */
    VectorRegister emit() {
        for (Step step : program.steps()) {
            switch (step.operation()) {
                case FMA -> fma(step);
                case SELECT -> select(step);
                case SHIFT_LEFT -> code.emit(VPSLLD, register(step.target()), inRegister(step.a(), 0), step.shift());
                case SHIFT_RIGHT -> code.emit(VPSRAD, register(step.target()), inRegister(step.a(), 0), step.shift());
                case SQUARE_ROOT -> code.emit(VSQRTPS, register(step.target()), operand(step.a()));
                default -> binary(step);
            }
        }
        return inRegister(program.result(), 0);
    }

    private void binary(Step step) {
        boolean exchange = step.operation().commutes() && isConstant(step.a());
        int left = exchange ? step.b() : step.a();
        int right = exchange ? step.a() : step.b();
        code.emit(instruction(step.operation()), register(step.target()), inRegister(left, 0), operand(right));
    }

    private static VectorInstruction instruction(FloatProgram.Operation operation) {
        return switch (operation) {
            case ADD -> VADDPS;
            case SUBTRACT -> VSUBPS;
            case MULTIPLY -> VMULPS;
            case DIVIDE -> VDIVPS;
            case MINIMUM -> VMINPS;
            case MAXIMUM -> VMAXPS;
            case AND -> VPAND;
            case OR -> VPOR;
            case XOR -> VPXOR;
            case ADD_BITS -> VPADDD;
            case SUBTRACT_BITS -> VPSUBD;
            default -> throw new IllegalArgumentException(operation.toString());
        };
    }

    /** The result takes the place of a factor or of the term, whichever is there already. */
    private void fma(Step step) {
        VectorRegister target = register(step.target());
        int a = isConstant(step.a()) ? step.b() : step.a();
        int b = isConstant(step.a()) ? step.a() : step.b();
        VectorRegister factor = inRegister(a, 0);
        if (!isConstant(step.c()) && target.equals(register(step.c())) && !target.equals(factor)) {
            if (!isConstant(b) && target.equals(register(b))) {
                code.emit(VFMADD213PS, target, factor, target);
            } else {
                code.emit(VFMADD231PS, target, factor, operand(b));
            }
        } else if (!isConstant(b) && target.equals(register(b))) {
            code.emit(VFMADD213PS, target, factor, operand(step.c()));
        } else if (isConstant(b)) {
            VectorRegister term = inRegister(step.c(), 1);
            move(target, factor);
            code.emit(VFMADD132PS, target, term, operand(b));
        } else {
            VectorRegister other = register(b);
            move(target, factor);
            code.emit(VFMADD213PS, target, other, operand(step.c()));
        }
    }

    private void select(Step step) {
        VectorRegister choice = inRegister(step.a(), 0);
        VectorRegister other = inRegister(step.c(), 1);
        if (simd.wide()) {
            code.vpmovd2m(CHOICE, choice);
            code.emit(VBLENDMPS, register(step.target()).masked(CHOICE), other, operand(step.b()));
        } else {
            code.vblendvps(register(step.target()), other, operand(step.b()), choice);
        }
    }

    private void move(VectorRegister target, VectorRegister source) {
        if (!target.equals(source)) {
            simd.copy(target, source);
        }
    }

    private boolean isConstant(int slot) {
        return slot < constants.length;
    }

    private VectorRegister register(int slot) {
        return simd.register(first + slot - constants.length);
    }

    private Operand operand(int slot) {
        return isConstant(slot) ? pool.repeatedInt(constants[slot]) : register(slot);
    }

    private VectorRegister inRegister(int slot, int temporary) {
        if (!isConstant(slot)) {
            return register(slot);
        }
        VectorRegister loaded = simd.register(first + program.slots() - constants.length + temporary);
        simd.load(loaded, pool.repeatedInt(constants[slot]));
        return loaded;
    }
}
