package dev.octavo.kernels.machine.x86.assembler;

import dev.octavo.kernels.machine.x86.assembler.VectorInstruction.Form;
import org.jspecify.annotations.Nullable;

/**
 * Writes x86-64 machine code: the general instructions that loops need, and the vector instructions of
 * {@link VectorInstruction}. General instructions work on 64 bits unless their name says otherwise. Operands come in Intel order,
 * destination first. What cannot be encoded is refused with {@link IllegalArgumentException}.
 */
public final class Assembler {
    private static final int REX = 0x40;
    private static final int REX_W = 0x48;
    private static final int ESCAPE = 0x0F;

    private final CodeBuffer code = new CodeBuffer();
    private final AddressEncoder addresses = new AddressEncoder(code);
    private final VectorEncoder vectors;

    /** An assembler that uses the shortest encodings. */
    public Assembler() {
        this(false);
    }

    /**
     * @param evexDotProducts whether {@code vpdpbusd} is always EVEX-encoded: CPUs with AVX512_VNNI need not have the VEX form,
     *     which came later
     */
    public Assembler(boolean evexDotProducts) {
        vectors = new VectorEncoder(code, evexDotProducts);
    }

    /** The code with all jumps resolved; position-independent. */
    public byte[] toByteArray() {
        return code.toByteArray();
    }

    public Label bind(Label label) {
        code.bind(label);
        return label;
    }

    /** A label at the current position. */
    public Label here() {
        return bind(new Label());
    }

    /** Pads with long NOPs until the position is a multiple of {@code alignment}, a power of two up to 64. */
    public void align(int alignment) {
        int padding = -code.size() & (alignment - 1);
        while (padding > 0) {
            padding -= nop(padding);
        }
    }

    /** One NOP of at most {@code length} bytes; returns its length. */
    private int nop(int length) {
        int size = Math.min(length, 8);
        switch (size) {
            case 1 -> code.int8(0x90);
            case 2 -> bytes(0x66, 0x90);
            case 3 -> bytes(0x0F, 0x1F, 0x00);
            case 4 -> bytes(0x0F, 0x1F, 0x40, 0x00);
            case 5 -> bytes(0x0F, 0x1F, 0x44, 0x00, 0x00);
            case 6 -> bytes(0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00);
            case 7 -> bytes(0x0F, 0x1F, 0x80, 0x00, 0x00, 0x00, 0x00);
            default -> bytes(0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00);
        }
        return size;
    }

    public void emit(VectorInstruction instruction, VectorRegister destination, VectorRegister left, Operand right) {
        require(instruction, Form.RVM);
        vectors.encode(instruction, destination, left, right, null);
    }

    /** Instructions with one source: loads, conversions, broadcasts, and stores, whose destination may be memory. */
    public void emit(VectorInstruction instruction, Operand destination, Operand source) {
        switch (instruction.form) {
            case RM -> vectors.encode(instruction, asRegister(instruction, destination), null, source, null);
            case MR -> vectors.encode(instruction, asRegister(instruction, source), null, destination, null);
            default -> throw new IllegalArgumentException(instruction + " does not take two operands");
        }
    }

    /** Instructions with one source and an 8-bit immediate. */
    public void emit(VectorInstruction instruction, Operand destination, Operand source, int immediate) {
        if (immediate < 0 || immediate > 255) {
            throw new IllegalArgumentException("immediate " + immediate + " is outside [0, 255]");
        }
        switch (instruction.form) {
            case RMI -> vectors.encode(instruction, asRegister(instruction, destination), null, source, immediate);
            case MRI -> vectors.encode(instruction, asRegister(instruction, source), null, destination, immediate);
            case VMI -> vectors.encode(instruction, null, asRegister(instruction, destination), source, immediate);
            default -> throw new IllegalArgumentException(instruction + " takes no immediate");
        }
    }

    public void kmovq(Mask destination, Gpr source) {
        bytes(0xC4, 0xE1 - (source.number() >> 3 << 5), 0xFB, 0x92);
        addresses.register(destination.number(), source.number());
    }

    /** The highest bit of each byte. */
    public void vpmovb2m(Mask destination, VectorRegister source) {
        VectorRegister number = VectorRegister.of(source.width(), destination.number());
        vectors.encode(VectorInstruction.VPMOVB2M, number, null, source, null);
    }

    /** The sign bit of each 32-bit element. */
    public void vpmovd2m(Mask destination, VectorRegister source) {
        VectorRegister number = VectorRegister.of(source.width(), destination.number());
        vectors.encode(VectorInstruction.VPMOVD2M, number, null, source, null);
    }

    /** The elements of {@code right} where the sign bit of {@code choice} is set, else those of {@code left}. */
    public void vblendvps(VectorRegister destination, VectorRegister left, Operand right, VectorRegister choice) {
        vectors.encode(VectorInstruction.VBLENDVPS, destination, left, right, choice.number() << 4);
    }

    /**
     * Whether elements compare as a predicate says.
     *
     * @param predicate an immediate, such as 7 for operands of which neither is NaN
     */
    public void vcmpps(Mask destination, VectorRegister left, Operand right, int predicate) {
        VectorRegister number = VectorRegister.of(left.width(), destination.number());
        vectors.encode(VectorInstruction.VCMPPS, number, left, right, predicate);
    }

    public void vzeroupper() {
        bytes(0xC5, 0xF8, 0x77);
    }

    public void push(Gpr register) {
        rexIfHigh(register);
        code.int8(0x50 | (register.number() & 7));
    }

    public void pop(Gpr register) {
        rexIfHigh(register);
        code.int8(0x58 | (register.number() & 7));
    }

    public void mov(Gpr destination, Gpr source) {
        registers(0x89, source, destination);
    }

    /** Loads a constant with the shortest of the three encodings. */
    public void mov(Gpr destination, long constant) {
        if (constant >>> 32 == 0) {
            rexIfHigh(destination);
            code.int8(0xB8 | (destination.number() & 7));
            code.int32((int) constant);
        } else if ((int) constant == constant) {
            code.int8(REX_W | destination.number() >> 3);
            code.int8(0xC7);
            addresses.register(0, destination.number());
            code.int32((int) constant);
        } else {
            code.int8(REX_W | destination.number() >> 3);
            code.int8(0xB8 | (destination.number() & 7));
            code.int64(constant);
        }
    }

    public void mov(Gpr destination, Memory source) {
        memory(REX_W, destination.number(), source, 0x8B);
    }

    public void mov(Memory destination, Gpr source) {
        memory(REX_W, source.number(), destination, 0x89);
    }

    /** Loads 32 bits and clears the upper half. */
    public void movDword(Gpr destination, Memory source) {
        memory(REX, destination.number(), source, 0x8B);
    }

    /** Stores the low 32 bits. */
    public void movDword(Memory destination, Gpr source) {
        memory(REX, source.number(), destination, 0x89);
    }

    /** Loads one byte, zero-extended. */
    public void movzxByte(Gpr destination, Memory source) {
        memory(REX, destination.number(), source, ESCAPE, 0xB6);
    }

    /** Stores the low byte; only RAX, RCX, RDX and RBX have one without a further prefix, others take it. */
    public void movByte(Memory destination, Gpr source) {
        memory(REX, source.number(), destination, source.number() > 3, 0x88);
    }

    /** Brings a cache line to L2 and the levels below. */
    public void prefetcht1(Memory address) {
        memory(REX, 2, address, ESCAPE, 0x18);
    }

    public void lea(Gpr destination, Memory address) {
        memory(REX_W, destination.number(), address, 0x8D);
    }

    public void add(Gpr destination, Gpr source) {
        registers(0x01, source, destination);
    }

    public void add(Gpr destination, long constant) {
        immediate(0, destination, constant);
    }

    public void add(Gpr destination, Memory source) {
        memory(REX_W, destination.number(), source, 0x03);
    }

    public void sub(Gpr destination, Gpr source) {
        registers(0x29, source, destination);
    }

    public void sub(Gpr destination, long constant) {
        immediate(5, destination, constant);
    }

    public void xor(Gpr destination, Gpr source) {
        registers(0x31, source, destination);
    }

    public void cmp(Gpr left, Gpr right) {
        registers(0x39, right, left);
    }

    public void cmp(Gpr left, long constant) {
        immediate(7, left, constant);
    }

    public void cmp(Gpr left, Memory right) {
        memory(REX_W, left.number(), right, 0x3B);
    }

    public void test(Gpr left, Gpr right) {
        registers(0x85, right, left);
    }

    /** {@code destination = source · constant}. */
    public void imul(Gpr destination, Gpr source, long constant) {
        boolean small = (byte) constant == constant;
        code.int8(REX_W | destination.number() >> 3 << 2 | source.number() >> 3);
        code.int8(small ? 0x6B : 0x69);
        addresses.register(destination.number(), source.number());
        immediateValue(constant, small);
    }

    public void dec(Gpr register) {
        code.int8(REX_W | register.number() >> 3);
        code.int8(0xFF);
        addresses.register(1, register.number());
    }

    /** Jumps; backwards in two bytes where the distance allows it, forwards always with a 32-bit distance. */
    public void jump(Condition condition, Label target) {
        if (!shortJump(0x70 | condition.code(), target)) {
            bytes(ESCAPE, 0x80 | condition.code());
            code.relative32(target);
        }
    }

    public void jump(Label target) {
        if (!shortJump(0xEB, target)) {
            code.int8(0xE9);
            code.relative32(target);
        }
    }

    private boolean shortJump(int opcode, Label target) {
        if (!target.bound()) {
            return false;
        }
        int distance = target.position() - (code.size() + 2);
        if ((byte) distance != distance) {
            return false;
        }
        bytes(opcode, distance);
        return true;
    }

    public void ret() {
        code.int8(0xC3);
    }

    public void cpuid() {
        bytes(ESCAPE, 0xA2);
    }

    public void xgetbv() {
        bytes(ESCAPE, 0x01, 0xD0);
    }

    private void registers(int opcode, Gpr reg, Gpr rm) {
        code.int8(REX_W | reg.number() >> 3 << 2 | rm.number() >> 3);
        code.int8(opcode);
        addresses.register(reg.number(), rm.number());
    }

    private void immediate(int extension, Gpr register, long constant) {
        boolean small = (byte) constant == constant;
        code.int8(REX_W | register.number() >> 3);
        code.int8(small ? 0x83 : 0x81);
        addresses.register(extension, register.number());
        immediateValue(constant, small);
    }

    private void immediateValue(long constant, boolean small) {
        if ((int) constant != constant) {
            throw new IllegalArgumentException("immediate " + constant + " needs more than 32 bits");
        }
        if (small) {
            code.int8((int) constant);
        } else {
            code.int32((int) constant);
        }
    }

    private void memory(int rex, int reg, Memory memory, int... opcode) {
        memory(rex, reg, memory, false, opcode);
    }

    private void memory(int rex, int reg, Memory memory, boolean alwaysRex, int... opcode) {
        if (memory.broadcast() || memory.mask() != Mask.K0) {
            throw new IllegalArgumentException("a general instruction has neither broadcast nor mask");
        }
        int prefix =
                rex | reg >> 3 << 2 | AddressEncoder.indexExtension(memory) << 1 | AddressEncoder.baseExtension(memory);
        if (prefix != REX || alwaysRex) {
            code.int8(prefix);
        }
        bytes(opcode);
        addresses.memory(reg, memory, 1);
    }

    private void rexIfHigh(Gpr register) {
        if (register.number() > 7) {
            code.int8(REX | 1);
        }
    }

    private void bytes(int... values) {
        for (int value : values) {
            code.int8(value);
        }
    }

    private static VectorRegister asRegister(VectorInstruction instruction, @Nullable Operand operand) {
        if (operand instanceof VectorRegister register) {
            return register;
        }
        throw new IllegalArgumentException(instruction + " needs a register where memory was given");
    }

    private static void require(VectorInstruction instruction, Form form) {
        if (instruction.form != form) {
            throw new IllegalArgumentException(instruction + " does not take three operands");
        }
    }
}
