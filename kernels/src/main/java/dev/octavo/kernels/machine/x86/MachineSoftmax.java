package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.*;

import dev.octavo.kernels.FloatSoftmax;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.work.Lines;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/**
 * Prepares the kernel of a {@link FloatSoftmax}. A vector holds elements of as many lines along the axis, so that sums keep their
 * order; lines are brought together in scratch memory, a vector per element of the axis.
 */
final class MachineSoftmax {
    private static final int MOST_ELEMENTS = 1 << 14;

    private static final Gpr COUNTER = Gpr.R10;
    private static final Gpr PLACE = Gpr.RDX;
    private static final Gpr GATHERED = Gpr.R9;

    private final FloatSoftmax spec;
    private final InstructionSet set;
    private final Arena arena;
    private final Assembler code = new Assembler();
    private final Simd simd;
    private final ConstantPool pool;
    private final int length;
    private final VectorRegister maximum;
    private final VectorRegister sum;
    private final VectorRegister value;
    private final ProgramEmitter power;

    private MachineSoftmax(FloatSoftmax spec, InstructionSet set, Arena arena) {
        this.spec = spec;
        this.set = set;
        this.arena = arena;
        this.simd = new Simd(code, set);
        this.pool = new ConstantPool(arena, WorkLoop.POOL);
        this.length = spec.input().size(spec.axis());
        this.maximum = simd.register(0);
        this.sum = simd.register(1);
        this.value = simd.register(2);
        this.power = new ProgramEmitter(FloatSoftmax.power(), 2, code, simd, pool);
    }

    /** Empty for lines that scratch memory is too small for, or too far apart for an address. */
    static Optional<Kernel> prepare(FloatSoftmax spec, InstructionSet set, Arena arena)
            throws TierUnavailableException {
        return spec.input().size(spec.axis()) > MOST_ELEMENTS
                ? Optional.empty()
                : new MachineSoftmax(spec, set, arena).kernel();
    }

    private Optional<Kernel> kernel() throws TierUnavailableException {
        Lines lines = Lines.even(List.of(firsts(spec.output()), firsts(spec.input())));
        long to = lines.elementStep(0);
        long from = lines.elementStep(1);
        long most = Integer.MAX_VALUE / simd.bytes();
        if (Math.max(Math.abs(to), Math.abs(from)) > most
                || spec.output().stride(spec.axis()) > most
                || spec.input().stride(spec.axis()) > most) {
            return Optional.empty();
        }
        LineEmitter.Part part = new LineEmitter.Part(lines, List.of(to, from), count -> body(from, to, count));
        return Optional.of(LineEmitter.load(
                "f32-softmax-" + set.label(),
                List.of(part),
                0,
                simd.bytes() / Float.BYTES,
                (long) length * simd.bytes(),
                code,
                simd,
                pool,
                arena));
    }

    /** The first element of each line. */
    private TensorView firsts(TensorView view) {
        int[] shape = view.shape();
        shape[spec.axis()] = 1;
        return view.window(new int[shape.length], shape);
    }

    private void body(long from, long to, int count) {
        gather(from, count);
        simd.load(maximum, pool.repeatedFloat(Float.NEGATIVE_INFINITY));
        eachElement(() -> {
            simd.load(value, Memory.at(GATHERED));
            code.emit(VMAXPS, maximum, value, maximum);
        });
        simd.zero(sum);
        eachElement(() -> {
            simd.load(power.input(0), Memory.at(GATHERED));
            simd.copy(power.input(1), maximum);
            VectorRegister result = power.emit();
            simd.store(Memory.at(GATHERED), result);
            code.emit(VADDPS, sum, sum, result);
        });
        code.mov(PLACE, WorkLoop.OUTPUT);
        eachElement(() -> {
            simd.load(value, Memory.at(GATHERED));
            code.emit(VDIVPS, value, value, sum);
            if (to == Float.BYTES) {
                simd.storeInts(Memory.at(PLACE), value, count, power.input(1));
                code.add(PLACE, spec.output().stride(spec.axis()));
            } else {
                simd.store(Memory.at(GATHERED), value);
            }
        });
        if (to != Float.BYTES) {
            scatter(to, count);
        }
        WorkLoop.advance(code, WorkLoop.INPUT, count * from);
        WorkLoop.advance(code, WorkLoop.OUTPUT, count * to);
    }

    private void eachElement(Runnable body) {
        code.mov(GATHERED, WorkLoop.SCRATCH);
        WorkLoop.repeat(code, COUNTER, length, () -> {
            body.run();
            code.add(GATHERED, simd.bytes());
        });
    }

    private void gather(long step, int count) {
        code.mov(PLACE, WorkLoop.INPUT);
        eachElement(() -> {
            if (step == Float.BYTES) {
                simd.load(value, Memory.at(PLACE));
                simd.store(Memory.at(GATHERED), value);
            } else {
                for (int i = 0; i < count; i++) {
                    code.movDword(Gpr.RCX, Memory.at(PLACE, i * step));
                    code.movDword(Memory.at(GATHERED, (long) i * Float.BYTES), Gpr.RCX);
                }
            }
            code.add(PLACE, spec.input().stride(spec.axis()));
        });
    }

    private void scatter(long step, int count) {
        code.mov(PLACE, WorkLoop.OUTPUT);
        eachElement(() -> {
            for (int i = 0; i < count; i++) {
                code.movDword(Gpr.RCX, Memory.at(GATHERED, (long) i * Float.BYTES));
                code.movDword(Memory.at(PLACE, i * step), Gpr.RCX);
            }
            code.add(PLACE, spec.output().stride(spec.axis()));
        });
    }
}
