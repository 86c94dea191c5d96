package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.*;

import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatProgram;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.work.Lines;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Prepares kernels that make a float of each element by itself. */
final class MachineFloatElementwise {
    private static final List<Gpr> BASES = List.of(WorkLoop.OUTPUT, WorkLoop.INPUT, WorkLoop.RESIDUAL);

    private final InstructionSet set;
    private final Arena arena;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;

    MachineFloatElementwise(InstructionSet set, Arena arena) {
        this.set = set;
        this.arena = arena;
        this.code = new Assembler();
        this.simd = new Simd(code, set);
        this.pool = new ConstantPool(arena, WorkLoop.POOL);
    }

    private Kernel load(String operation, LineEmitter.Part part) throws TierUnavailableException {
        return LineEmitter.load(
                operation + "-" + set.label(),
                List.of(part),
                0,
                simd.bytes() / Float.BYTES,
                LineEmitter.SCRATCH_BYTES,
                code,
                simd,
                pool,
                arena);
    }

    private static Memory floats(Gpr base) {
        return Memory.at(base, LineEmitter.INDEX, Float.BYTES, 0);
    }

    Optional<Kernel> unary(FloatUnary spec) throws TierUnavailableException {
        Optional<FloatProgram> program = spec.program();
        return program.isEmpty()
                ? Optional.empty()
                : program("f32-" + name(spec.function()), program.get(), spec.output(), spec.input());
    }

    Optional<Kernel> binary(FloatBinary spec) throws TierUnavailableException {
        Optional<FloatProgram> program = spec.function().program();
        return program.isEmpty()
                ? Optional.empty()
                : program("f32-" + name(spec.function()), program.get(), spec.output(), spec.left(), spec.right());
    }

    private static String name(Enum<?> function) {
        return function.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @param views the output, and the inputs
     * @return empty where elements lie too far apart for an address
     */
    private Optional<Kernel> program(String operation, FloatProgram program, TensorView... views)
            throws TierUnavailableException {
        Lines lines = Lines.even(List.of(views));
        Long[] advances = new Long[views.length];
        for (int v = 0; v < views.length; v++) {
            long step = lines.elementStep(v);
            if (Math.abs(step) > Integer.MAX_VALUE / VectorWidth.ZMM.bytes()) {
                return Optional.empty();
            }
            advances[v] = step == Float.BYTES ? 0 : step;
        }
        ProgramEmitter emitter = new ProgramEmitter(program, 0, code, simd, pool);
        return Optional.of(load(operation, new LineEmitter.Part(lines, Arrays.asList(advances), count -> {
            for (int v = 1; v < views.length; v++) {
                read(emitter.input(v - 1), BASES.get(v), lines.elementStep(v), count);
            }
            write(emitter.emit(), simd.register(emitter.registers()), lines.elementStep(0), count);
        })));
    }

    /** Neighbours at once, one element for all, or element by element through scratch memory. */
    private void read(VectorRegister register, Gpr base, long step, int count) {
        if (step == Float.BYTES) {
            simd.load(register, floats(base));
        } else if (step == 0) {
            code.emit(VPBROADCASTD, register, Memory.at(base));
        } else {
            for (int i = 0; i < count; i++) {
                code.movDword(Gpr.RCX, Memory.at(base, i * step));
                code.movDword(Memory.at(WorkLoop.SCRATCH, (long) i * Float.BYTES), Gpr.RCX);
            }
            simd.load(register, Memory.at(WorkLoop.SCRATCH));
            WorkLoop.advance(code, base, count * step);
        }
    }

    private void write(VectorRegister register, VectorRegister temporary, long step, int count) {
        if (step == Float.BYTES) {
            simd.storeInts(floats(WorkLoop.OUTPUT), register, count, temporary);
            return;
        }
        simd.store(Memory.at(WorkLoop.SCRATCH), register);
        for (int i = 0; i < count; i++) {
            code.movDword(Gpr.RCX, Memory.at(WorkLoop.SCRATCH, (long) i * Float.BYTES));
            code.movDword(Memory.at(WorkLoop.OUTPUT, i * step), Gpr.RCX);
        }
        WorkLoop.advance(code, WorkLoop.OUTPUT, count * step);
    }

    /** Empty where elements do not lie next to each other in both tensors. */
    Optional<Kernel> dequantize(Dequantize spec) throws TierUnavailableException {
        Optional<Lines> lines = Lines.of(1, List.of(spec.output(), spec.input()));
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        VectorRegister value = simd.register(0);
        return Optional.of(load("q8-dequantize", new LineEmitter.Part(lines.get(), count -> {
            code.emit(VPMOVZXBD, value, Memory.at(WorkLoop.INPUT, LineEmitter.INDEX, Byte.BYTES, 0));
            if (spec.input().type() == ElementType.INT8) {
                code.emit(VPSLLD, value, value, 24);
                code.emit(VPSRAD, value, value, 24);
            }
            if (spec.zero() != 0) {
                code.emit(VPSUBD, value, value, pool.repeatedInt(spec.zero()));
            }
            code.emit(VCVTDQ2PS, value, value);
            code.emit(VMULPS, value, value, pool.repeatedFloat(spec.scale()));
            simd.storeInts(floats(WorkLoop.OUTPUT), value, count, simd.register(1));
        })));
    }
}
