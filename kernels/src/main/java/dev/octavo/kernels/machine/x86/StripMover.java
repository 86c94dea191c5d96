package dev.octavo.kernels.machine.x86;

import dev.octavo.kernels.machine.code.StripCode;
import dev.octavo.kernels.machine.work.WorkList.Item;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;

/** Variants of a kernel that copy or clear at least one vector of consecutive bytes. */
final class StripMover implements StripCode {
    private static final Gpr AT = Gpr.RCX;

    private final KernelBuilder kernel;
    private final Simd simd;
    private int copy = -1;
    private int clear = -1;

    StripMover(KernelBuilder kernel) {
        this.kernel = kernel;
        this.simd = new Simd(kernel.code(), kernel.set());
    }

    @Override
    public Item copy(long from, long to, long bytes) {
        if (copy < 0) {
            copy = kernel.variant(() -> emit(true));
        }
        return item(from, to, bytes, copy);
    }

    @Override
    public Item clear(long to, long bytes) {
        if (clear < 0) {
            clear = kernel.variant(() -> emit(false));
        }
        return item(to, to, bytes, clear);
    }

    /** An item whose field for weights holds where the last vector begins. */
    private Item item(long from, long to, long bytes, int variant) {
        if (bytes < simd.bytes()) {
            throw new IllegalArgumentException(bytes + " bytes are less than a vector");
        }
        return new Item(from, to, to, bytes - simd.bytes(), 0, 1, variant);
    }

    private void emit(boolean copying) {
        Assembler code = kernel.code();
        VectorRegister value = simd.register(0);
        simd.zero(value);
        code.xor(AT, AT);
        Label end = new Label();
        code.cmp(AT, WorkLoop.WEIGHTS);
        code.jump(Condition.EQUAL, end);
        Label loop = code.here();
        move(copying, value, AT);
        code.add(AT, simd.bytes());
        code.cmp(AT, WorkLoop.WEIGHTS);
        code.jump(Condition.LESS, loop);
        code.bind(end);
        // The last vector overlaps the one before unless the bytes are whole vectors.
        move(copying, value, WorkLoop.WEIGHTS);
    }

    private void move(boolean copying, VectorRegister value, Gpr at) {
        if (copying) {
            simd.load(value, Memory.at(WorkLoop.INPUT, at, 1, 0));
        }
        simd.store(Memory.at(WorkLoop.OUTPUT, at, 1, 0), value);
    }
}
