package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.Gpr.R10;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.R11;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.R12;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.R13;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.R14;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.R15;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.R8;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.R9;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.RBP;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.RBX;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.RCX;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.RDI;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.RDX;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.RSI;
import static dev.octavo.kernels.machine.x86.assembler.Gpr.RSP;

import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Condition;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Label;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import java.util.List;

/**
 * The frame of an emitted kernel {@code void f(memory, scratch, from, to, items)}: a loop over the items of a {@link WorkList}
 * that puts what an item holds into registers and runs its variant. Variants keep {@link #BASE}, {@link #ITEM} and the pool.
 */
final class WorkLoop {
    /** Address of the plan's memory. */
    static final Gpr BASE = RDI;
    /** Address of the {@link ConstantPool}. */
    static final Gpr POOL = RBP;

    /** Address of the scratch memory; variants that do not read it may overwrite it. */
    static final Gpr SCRATCH = R11;

    static final Gpr INPUT = R12;
    static final Gpr OUTPUT = R13;
    static final Gpr RESIDUAL = R14;
    static final Gpr WEIGHTS = RSI;
    static final Gpr CONSTANTS = RBX;
    static final Gpr COUNT = R15;

    /** Address of the item; the fifth argument is that of the first. */
    static final Gpr ITEM = R8;

    /** Address of the weights that come next, for variants that load it. */
    static final Gpr AHEAD = R9;

    private static final List<Gpr> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

    private WorkLoop() {}

    /**
     * @param pool address of the constants
     * @param variants write the code of each variant
     */
    static void emit(Assembler code, long pool, List<Runnable> variants) {
        Label end = new Label();
        Label next = new Label();
        SAVED.forEach(code::push);
        code.imul(RDX, RDX, WorkList.ITEM_BYTES);
        code.imul(RCX, RCX, WorkList.ITEM_BYTES);
        code.add(RCX, ITEM);
        code.add(ITEM, RDX);
        code.push(RCX);
        code.cmp(ITEM, RCX);
        code.jump(Condition.GREATER_OR_EQUAL, end);
        code.mov(POOL, pool);
        code.lea(SCRATCH, Memory.at(RSI, BASE, 1, 0));
        Label loop = code.here();
        load(code, INPUT, WorkList.INPUT, true);
        load(code, OUTPUT, WorkList.OUTPUT, true);
        load(code, RESIDUAL, WorkList.RESIDUAL, true);
        load(code, WEIGHTS, WorkList.WEIGHTS, false);
        load(code, CONSTANTS, WorkList.CONSTANTS, false);
        load(code, COUNT, WorkList.COUNT, false);
        if (variants.size() > 1) {
            load(code, R10, WorkList.VARIANT, false);
        }
        for (int i = 0; i < variants.size(); i++) {
            Label skip = new Label();
            if (i + 1 < variants.size()) {
                code.cmp(R10, i);
                code.jump(Condition.NOT_EQUAL, skip);
            }
            variants.get(i).run();
            code.jump(next);
            code.bind(skip);
        }
        code.bind(next);
        code.add(ITEM, WorkList.ITEM_BYTES);
        code.cmp(ITEM, Memory.at(RSP));
        code.jump(Condition.NOT_EQUAL, loop);
        code.bind(end);
        code.pop(RCX);
        code.vzeroupper();
        SAVED.reversed().forEach(code::pop);
        code.ret();
    }

    private static void load(Assembler code, Gpr register, int field, boolean inMemory) {
        code.mov(register, Memory.at(ITEM, field));
        if (inMemory) {
            code.add(register, BASE);
        }
    }

    /** Repeats what {@code body} writes {@code count} times, with {@code counter} counting down. */
    static void repeat(Assembler code, Gpr counter, int count, Runnable body) {
        if (count == 1) {
            body.run();
            return;
        }
        code.mov(counter, count);
        Label loop = code.here();
        body.run();
        code.dec(counter);
        code.jump(Condition.NOT_EQUAL, loop);
    }

    /** Adds a constant that may be zero. */
    static void advance(Assembler code, Gpr register, long bytes) {
        if (bytes != 0) {
            code.add(register, bytes);
        }
    }
}
