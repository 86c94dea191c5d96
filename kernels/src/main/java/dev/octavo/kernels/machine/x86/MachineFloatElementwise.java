package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VADDPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VCVTDQ2PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VDIVPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VFMADD213PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMAXPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMINPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMULPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPMOVZXBD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSLLD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSRAD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VSUBPS;

import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.work.Lines;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorInstruction;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Prepares kernels that make a float of each element by itself; empty where elements do not lie next to each other in all
 * tensors, and for functions that take more than a few instructions.
 */
final class MachineFloatElementwise {
    private final InstructionSet set;
    private final Arena arena;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;
    private final VectorRegister value;
    private final VectorRegister factor;

    MachineFloatElementwise(InstructionSet set, Arena arena) {
        this.set = set;
        this.arena = arena;
        this.code = new Assembler();
        this.simd = new Simd(code, set);
        this.pool = new ConstantPool(arena, WorkLoop.POOL);
        this.value = simd.register(0);
        this.factor = simd.register(1);
    }

    /** Writes the code that leaves a vector of results in {@link #value}. */
    private interface Body {
        void emit();
    }

    private Optional<Kernel> load(String operation, Body body, TensorView... views) throws TierUnavailableException {
        Optional<Lines> lines = Lines.of(1, List.of(views));
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        LineEmitter.Body line = count -> {
            body.emit();
            simd.storeInts(floats(WorkLoop.OUTPUT), value, count, factor);
        };
        return Optional.of(LineEmitter.load(
                operation + "-" + set.label(),
                List.of(new LineEmitter.Part(lines.get(), line)),
                0,
                simd.bytes() / Float.BYTES,
                code,
                simd,
                pool,
                arena));
    }

    private static Memory floats(Gpr base) {
        return Memory.at(base, LineEmitter.INDEX, Float.BYTES, 0);
    }

    Optional<Kernel> unary(FloatUnary spec) throws TierUnavailableException {
        return switch (spec.function()) {
            case CLIP ->
                FloatBounds.supports(spec.alpha(), spec.beta())
                        ? load("f32-clip", () -> clip(spec.alpha(), spec.beta()), spec.output(), spec.input())
                        : Optional.empty();
            case HARD_SIGMOID ->
                load("f32-hard-sigmoid", () -> gate(spec.alpha(), spec.beta()), spec.output(), spec.input());
            case HARD_SWISH ->
                load(
                        "f32-hard-swish",
                        () -> {
                            gate(1f / 6f, 0.5f);
                            code.emit(VMULPS, value, value, floats(WorkLoop.INPUT));
                        },
                        spec.output(),
                        spec.input());
            default -> Optional.empty();
        };
    }

    private void clip(float low, float high) {
        simd.load(value, floats(WorkLoop.INPUT));
        bound(low, high);
    }

    /** {@code max(0, min(1, fma(slope, x, offset)))}. */
    private void gate(float slope, float offset) {
        simd.load(value, floats(WorkLoop.INPUT));
        simd.load(factor, pool.repeatedFloat(slope));
        code.emit(VFMADD213PS, value, factor, pool.repeatedFloat(offset));
        bound(0, 1);
    }

    private void bound(float low, float high) {
        FloatBounds bounds = new FloatBounds(low, high, code, simd, pool, simd.register(2), simd.register(3));
        bounds.begin();
        bounds.apply(value);
    }

    Optional<Kernel> binary(FloatBinary spec) throws TierUnavailableException {
        @Nullable
        VectorInstruction instruction = switch (spec.function()) {
            case ADD -> VADDPS;
            case SUBTRACT -> VSUBPS;
            case MULTIPLY -> VMULPS;
            case DIVIDE -> VDIVPS;
            case MINIMUM -> VMINPS;
            case MAXIMUM -> VMAXPS;
            default -> null;
        };
        if (instruction == null) {
            return Optional.empty();
        }
        return load(
                "f32-binary",
                () -> {
                    simd.load(value, floats(WorkLoop.INPUT));
                    code.emit(instruction, value, value, floats(WorkLoop.RESIDUAL));
                },
                spec.output(),
                spec.left(),
                spec.right());
    }

    Optional<Kernel> dequantize(Dequantize spec) throws TierUnavailableException {
        return load(
                "q8-dequantize",
                () -> {
                    code.emit(VPMOVZXBD, value, Memory.at(WorkLoop.INPUT, LineEmitter.INDEX, Byte.BYTES, 0));
                    if (spec.input().type() == ElementType.INT8) {
                        code.emit(VPSLLD, value, value, 24);
                        code.emit(VPSRAD, value, value, 24);
                    }
                    code.emit(VCVTDQ2PS, value, value);
                    if (spec.zero() != 0) {
                        code.emit(VSUBPS, value, value, pool.repeatedFloat(spec.zero()));
                    }
                    code.emit(VMULPS, value, value, pool.repeatedFloat(spec.scale()));
                },
                spec.output(),
                spec.input());
    }
}
