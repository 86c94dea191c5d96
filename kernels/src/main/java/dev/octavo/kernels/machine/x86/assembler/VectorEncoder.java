package dev.octavo.kernels.machine.x86.assembler;

import dev.octavo.kernels.machine.x86.assembler.VectorInstruction.Encoding;
import dev.octavo.kernels.machine.x86.assembler.VectorInstruction.Form;
import org.jspecify.annotations.Nullable;

/**
 * Writes one vector instruction with the shortest prefix that can express it: VEX where all registers are below 16, no
 * register is a ZMM, and neither mask nor broadcast is asked for; else EVEX. What neither can express is refused.
 */
final class VectorEncoder {
    private static final int VEX_2_BYTES = 0xC5;
    private static final int VEX_3_BYTES = 0xC4;
    private static final int EVEX = 0x62;
    private static final int NO_REGISTER = 0;

    private final CodeBuffer code;
    private final AddressEncoder addresses;
    private final boolean evexDotProducts;

    VectorEncoder(CodeBuffer code, boolean evexDotProducts) {
        this.code = code;
        this.evexDotProducts = evexDotProducts;
        this.addresses = new AddressEncoder(code);
    }

    /**
     * @param reg register in ModRM.reg, or {@code null} if that field extends the opcode
     * @param vvvv register in VEX.vvvv, or {@code null} if unused
     * @param rm register or memory in ModRM.rm
     */
    void encode(
            VectorInstruction instruction,
            @Nullable VectorRegister reg,
            @Nullable VectorRegister vvvv,
            Operand rm,
            @Nullable Integer immediate) {
        VectorWidth width = width(instruction, reg, vvvv);
        Operand destination = instruction.form == Form.MR || instruction.form == Form.MRI
                ? rm
                : instruction.form == Form.VMI && vvvv != null ? vvvv : reg != null ? reg : rm;
        check(instruction, width, destination, reg, vvvv, rm);
        int regNumber = reg != null ? reg.number() : instruction.extension;
        int vvvvNumber = vvvv != null ? vvvv.number() : NO_REGISTER;
        boolean evex = instruction.encoding == Encoding.EVEX
                || (evexDotProducts && instruction == VectorInstruction.VPDPBUSD)
                || width == VectorWidth.ZMM
                || regNumber > 15
                || vvvvNumber > 15
                || (rm instanceof VectorRegister register && register.number() > 15)
                || destination.mask() != Mask.K0
                || (rm instanceof Memory memory && memory.broadcast());
        if (evex && instruction.encoding == Encoding.VEX) {
            throw new IllegalArgumentException(instruction + " has no EVEX form, which its operands need");
        }
        if (evex) {
            evexPrefix(instruction, width, destination, regNumber, vvvvNumber, rm);
        } else {
            vexPrefix(instruction, width, regNumber, vvvvNumber, rm);
        }
        code.int8(instruction.opcode);
        if (rm instanceof Memory memory) {
            addresses.memory(regNumber, memory, evex ? instruction.tuple.bytes(width.bytes(), memory.broadcast()) : 1);
        } else {
            addresses.register(regNumber, ((VectorRegister) rm).number());
        }
        if (immediate != null) {
            code.int8(immediate);
        }
    }

    private static VectorWidth width(
            VectorInstruction instruction, @Nullable VectorRegister reg, @Nullable VectorRegister vvvv) {
        VectorRegister widest = reg != null ? reg : vvvv;
        if (widest == null) {
            throw new IllegalArgumentException(instruction + " needs a register");
        }
        return widest.width();
    }

    private static void check(
            VectorInstruction instruction,
            VectorWidth width,
            Operand destination,
            @Nullable VectorRegister reg,
            @Nullable VectorRegister vvvv,
            Operand rm) {
        if (vvvv != null && vvvv.width() != width) {
            throw new IllegalArgumentException(instruction + " mixes " + width + " and " + vvvv.width());
        }
        if (width.bytes() < instruction.leastWidth().bytes()
                || width.bytes() > instruction.greatestWidth().bytes()) {
            throw new IllegalArgumentException(instruction + " does not exist for " + width);
        }
        if (rm instanceof VectorRegister register) {
            VectorWidth expected = VectorWidth.holding(instruction.tuple.bytes(width.bytes(), false));
            if (register.width() != expected) {
                throw new IllegalArgumentException(
                        instruction + " of " + width + " takes " + expected + ", not " + register.width());
            }
        }
        if (rm instanceof Memory memory && memory.broadcast()) {
            if (!instruction.tuple.broadcasts()) {
                throw new IllegalArgumentException(instruction + " cannot broadcast from memory");
            }
            if (destination.equals(memory)) {
                throw new IllegalArgumentException("a broadcast operand cannot be stored to");
            }
        }
        for (Operand source : new @Nullable Operand[] {reg, vvvv, rm}) {
            if (source != null && source.mask() != Mask.K0 && !source.equals(destination)) {
                throw new IllegalArgumentException(instruction + " can only mask its destination");
            }
        }
    }

    private void vexPrefix(VectorInstruction instruction, VectorWidth width, int reg, int vvvv, Operand rm) {
        int r = reg >> 3 & 1;
        int x = AddressEncoder.indexExtension(rm);
        int b = AddressEncoder.baseExtension(rm);
        int tail = (~vvvv & 15) << 3 | (width == VectorWidth.YMM ? 1 : 0) << 2 | instruction.prefix;
        if (x == 0 && b == 0 && instruction.map == 1) {
            code.int8(VEX_2_BYTES);
            code.int8((1 - r) << 7 | tail);
        } else {
            code.int8(VEX_3_BYTES);
            code.int8((1 - r) << 7 | (1 - x) << 6 | (1 - b) << 5 | instruction.map);
            code.int8(tail);
        }
    }

    private void evexPrefix(
            VectorInstruction instruction, VectorWidth width, Operand destination, int reg, int vvvv, Operand rm) {
        int x = rm instanceof VectorRegister register ? register.number() >> 4 : AddressEncoder.indexExtension(rm);
        int b = AddressEncoder.baseExtension(rm);
        int broadcast = rm instanceof Memory memory && memory.broadcast() ? 1 : 0;
        int zeroing = destination instanceof VectorRegister register && register.zeroing() ? 1 : 0;
        code.int8(EVEX);
        code.int8((~reg >> 3 & 1) << 7 | (1 - x) << 6 | (1 - b) << 5 | (~reg >> 4 & 1) << 4 | instruction.map);
        code.int8(instruction.wide << 7 | (~vvvv & 15) << 3 | 1 << 2 | instruction.prefix);
        code.int8(zeroing << 7
                | width.code() << 5
                | broadcast << 4
                | (~vvvv >> 4 & 1) << 3
                | destination.mask().number());
    }
}
