package dev.octavo.kernels.machine.x86.assembler;

import static dev.octavo.kernels.machine.x86.assembler.TupleType.FULL_32;
import static dev.octavo.kernels.machine.x86.assembler.TupleType.FULL_64;
import static dev.octavo.kernels.machine.x86.assembler.TupleType.FULL_MEMORY;
import static dev.octavo.kernels.machine.x86.assembler.TupleType.HALF_MEMORY;
import static dev.octavo.kernels.machine.x86.assembler.TupleType.QUADWORD_PAIR;
import static dev.octavo.kernels.machine.x86.assembler.TupleType.QUADWORD_QUAD;
import static dev.octavo.kernels.machine.x86.assembler.TupleType.QUARTER_MEMORY;
import static dev.octavo.kernels.machine.x86.assembler.TupleType.SCALAR_32;
import static dev.octavo.kernels.machine.x86.assembler.TupleType.SCALAR_64;
import static dev.octavo.kernels.machine.x86.assembler.TupleType.SCALAR_8;

/**
 * The vector instructions in use, with their encodings (Intel SDM vol. 2). Where VEX and EVEX differ in spelling
 * ({@code vpxor}, {@code vpxord}) the VEX name stands for both.
 */
public enum VectorInstruction {
    VPDPBUSD(Form.RVM, Encoding.BOTH, 1, 2, 0x50, 0, FULL_32),
    VPMADDUBSW(Form.RVM, Encoding.BOTH, 1, 2, 0x04, 0, FULL_MEMORY),
    VPMADDWD(Form.RVM, Encoding.BOTH, 1, 1, 0xF5, 0, FULL_MEMORY),

    VPADDW(Form.RVM, Encoding.BOTH, 1, 1, 0xFD, 0, FULL_MEMORY),
    VPSUBW(Form.RVM, Encoding.BOTH, 1, 1, 0xF9, 0, FULL_MEMORY),
    VPMAXSW(Form.RVM, Encoding.BOTH, 1, 1, 0xEE, 0, FULL_MEMORY),
    VPCMPGTW(Form.RVM, Encoding.VEX, 1, 1, 0x65, 0, FULL_MEMORY),
    VPADDUSB(Form.RVM, Encoding.BOTH, 1, 1, 0xDC, 0, FULL_MEMORY),
    VPSUBUSB(Form.RVM, Encoding.BOTH, 1, 1, 0xD8, 0, FULL_MEMORY),
    VPSUBB(Form.RVM, Encoding.BOTH, 1, 1, 0xF8, 0, FULL_MEMORY),
    VPAVGB(Form.RVM, Encoding.BOTH, 1, 1, 0xE0, 0, FULL_MEMORY),
    VPADDD(Form.RVM, Encoding.BOTH, 1, 1, 0xFE, 0, FULL_32),
    VPSUBD(Form.RVM, Encoding.BOTH, 1, 1, 0xFA, 0, FULL_32),
    VPXOR(Form.RVM, Encoding.BOTH, 1, 1, 0xEF, 0, FULL_32),
    VPAND(Form.RVM, Encoding.BOTH, 1, 1, 0xDB, 0, FULL_32),
    VPOR(Form.RVM, Encoding.BOTH, 1, 1, 0xEB, 0, FULL_32),
    VPMAXUB(Form.RVM, Encoding.BOTH, 1, 1, 0xDE, 0, FULL_MEMORY),
    VPMINUB(Form.RVM, Encoding.BOTH, 1, 1, 0xDA, 0, FULL_MEMORY),
    VPMAXSB(Form.RVM, Encoding.BOTH, 1, 2, 0x3C, 0, FULL_MEMORY),
    VPMINSB(Form.RVM, Encoding.BOTH, 1, 2, 0x38, 0, FULL_MEMORY),
    VPMAXSD(Form.RVM, Encoding.BOTH, 1, 2, 0x3D, 0, FULL_32),
    VPMINSD(Form.RVM, Encoding.BOTH, 1, 2, 0x39, 0, FULL_32),

    VPACKSSWB(Form.RVM, Encoding.BOTH, 1, 1, 0x63, 0, FULL_MEMORY),
    VPACKUSWB(Form.RVM, Encoding.BOTH, 1, 1, 0x67, 0, FULL_MEMORY),
    VPACKSSDW(Form.RVM, Encoding.BOTH, 1, 1, 0x6B, 0, FULL_32),
    VPUNPCKLBW(Form.RVM, Encoding.BOTH, 1, 1, 0x60, 0, FULL_MEMORY),
    VPUNPCKHBW(Form.RVM, Encoding.BOTH, 1, 1, 0x68, 0, FULL_MEMORY),
    VPUNPCKLWD(Form.RVM, Encoding.BOTH, 1, 1, 0x61, 0, FULL_MEMORY),
    VPUNPCKHWD(Form.RVM, Encoding.BOTH, 1, 1, 0x69, 0, FULL_MEMORY),
    VPSHUFB(Form.RVM, Encoding.BOTH, 1, 2, 0x00, 0, FULL_MEMORY),
    VPERMI2B(Form.RVM, Encoding.EVEX, 1, 2, 0x75, 0, FULL_MEMORY),
    /** Its destination is a mask: {@link Assembler#vpmovd2m}. */
    VPMOVD2M(Form.RM, Encoding.EVEX, 2, 2, 0x39, 0, FULL_MEMORY),
    /** Its destination is a mask: {@link Assembler#vpmovb2m}. */
    VPMOVB2M(Form.RM, Encoding.EVEX, 2, 2, 0x29, 0, FULL_MEMORY),
    VPERMT2Q(Form.RVM, Encoding.EVEX, 1, 2, 0x7E, 1, FULL_64),
    VPERMD(Form.RVM, Encoding.BOTH, 1, 2, 0x36, 0, FULL_32),

    VADDPS(Form.RVM, Encoding.BOTH, 0, 1, 0x58, 0, FULL_32),
    VSUBPS(Form.RVM, Encoding.BOTH, 0, 1, 0x5C, 0, FULL_32),
    VDIVPS(Form.RVM, Encoding.BOTH, 0, 1, 0x5E, 0, FULL_32),
    VSQRTPS(Form.RM, Encoding.BOTH, 0, 1, 0x51, 0, FULL_32),
    VMULPS(Form.RVM, Encoding.BOTH, 0, 1, 0x59, 0, FULL_32),
    VMINPS(Form.RVM, Encoding.BOTH, 0, 1, 0x5D, 0, FULL_32),
    VMAXPS(Form.RVM, Encoding.BOTH, 0, 1, 0x5F, 0, FULL_32),
    VFMADD132PS(Form.RVM, Encoding.BOTH, 1, 2, 0x98, 0, FULL_32),
    VFMADD213PS(Form.RVM, Encoding.BOTH, 1, 2, 0xA8, 0, FULL_32),
    VFMADD231PS(Form.RVM, Encoding.BOTH, 1, 2, 0xB8, 0, FULL_32),

    /** Its destination is a mask: {@link Assembler#vcmpps}. */
    VCMPPS(Form.RVMI, Encoding.EVEX, 0, 1, 0xC2, 0, FULL_32),

    /** Its last operand is a register: {@link Assembler#vblendvps}. */
    VBLENDVPS(Form.RVMI, Encoding.VEX, 1, 3, 0x4A, 0, FULL_MEMORY),
    VBLENDMPS(Form.RVM, Encoding.EVEX, 1, 2, 0x65, 0, FULL_32),

    VCVTDQ2PS(Form.RM, Encoding.BOTH, 0, 1, 0x5B, 0, FULL_32),
    VCVTPS2DQ(Form.RM, Encoding.BOTH, 1, 1, 0x5B, 0, FULL_32),
    VPMOVZXBW(Form.RM, Encoding.BOTH, 1, 2, 0x30, 0, HALF_MEMORY),
    VPMOVSXBW(Form.RM, Encoding.BOTH, 1, 2, 0x20, 0, HALF_MEMORY),
    VPMOVZXBD(Form.RM, Encoding.BOTH, 1, 2, 0x31, 0, QUARTER_MEMORY),
    VPBROADCASTD(Form.RM, Encoding.BOTH, 1, 2, 0x58, 0, SCALAR_32),

    VPTEST(Form.RM, Encoding.VEX, 1, 2, 0x17, 0, FULL_MEMORY),

    VMOVDQU(Form.RM, Encoding.VEX, 2, 1, 0x6F, 0, FULL_MEMORY),
    VMOVDQU8(Form.RM, Encoding.EVEX, 3, 1, 0x6F, 0, FULL_MEMORY),
    VMOVDQU32(Form.RM, Encoding.EVEX, 2, 1, 0x6F, 0, FULL_MEMORY),
    VMOVDQA(Form.RM, Encoding.VEX, 1, 1, 0x6F, 0, FULL_MEMORY),
    VMOVDQA32(Form.RM, Encoding.EVEX, 1, 1, 0x6F, 0, FULL_MEMORY),
    VMOVDQU_STORE(Form.MR, Encoding.VEX, 2, 1, 0x7F, 0, FULL_MEMORY),
    VMOVDQU8_STORE(Form.MR, Encoding.EVEX, 3, 1, 0x7F, 0, FULL_MEMORY),
    VMOVDQU32_STORE(Form.MR, Encoding.EVEX, 2, 1, 0x7F, 0, FULL_MEMORY),
    VMOVD_STORE(Form.MR, Encoding.BOTH, 1, 1, 0x7E, 0, SCALAR_32),
    VMOVQ_STORE(Form.MR, Encoding.BOTH, 1, 1, 0xD6, 1, SCALAR_64),
    VPMOVSDB(Form.MR, Encoding.EVEX, 2, 2, 0x21, 0, QUARTER_MEMORY),
    VPMOVUSDB(Form.MR, Encoding.EVEX, 2, 2, 0x11, 0, QUARTER_MEMORY),

    VPSHUFD(Form.RMI, Encoding.BOTH, 1, 1, 0x70, 0, FULL_32),
    VPEXTRB(Form.MRI, Encoding.BOTH, 1, 3, 0x14, 0, SCALAR_8),
    VEXTRACTI128(Form.MRI, Encoding.VEX, 1, 3, 0x39, 0, QUADWORD_PAIR),
    VEXTRACTI64X4(Form.MRI, Encoding.EVEX, 1, 3, 0x3B, 1, QUADWORD_QUAD),
    VPSRAD(Form.VMI, Encoding.BOTH, 1, 1, 0x72, 0, FULL_32, 4),
    VPSLLD(Form.VMI, Encoding.BOTH, 1, 1, 0x72, 0, FULL_32, 6),
    VPSRAW(Form.VMI, Encoding.BOTH, 1, 1, 0x71, 0, FULL_MEMORY, 4),
    VPSRLW(Form.VMI, Encoding.BOTH, 1, 1, 0x71, 0, FULL_MEMORY, 2),
    VPSLLW(Form.VMI, Encoding.BOTH, 1, 1, 0x71, 0, FULL_MEMORY, 6);

    /** Which operand stands where: R in ModRM.reg, V in VEX.vvvv, M in ModRM.rm, I in an immediate byte. */
    public enum Form {
        RVM,
        RM,
        MR,
        RMI,
        RVMI,
        MRI,
        VMI
    }

    /** Which prefixes the instruction exists with. */
    public enum Encoding {
        VEX,
        EVEX,
        BOTH
    }

    public final Form form;
    public final Encoding encoding;
    /** Implied legacy prefix: 0 none, 1 66, 2 F3, 3 F2. */
    public final int prefix;
    /** Opcode map: 1 0F, 2 0F38, 3 0F3A. */
    public final int map;

    public final int opcode;
    /** The W bit of EVEX; VEX encodings ignore it. */
    public final int wide;

    public final TupleType tuple;
    /** Opcode extension in ModRM.reg of {@link Form#VMI}. */
    public final int extension;

    VectorInstruction(Form form, Encoding encoding, int prefix, int map, int opcode, int wide, TupleType tuple) {
        this(form, encoding, prefix, map, opcode, wide, tuple, 0);
    }

    VectorInstruction(
            Form form, Encoding encoding, int prefix, int map, int opcode, int wide, TupleType tuple, int extension) {
        this.form = form;
        this.encoding = encoding;
        this.prefix = prefix;
        this.map = map;
        this.opcode = opcode;
        this.wide = wide;
        this.tuple = tuple;
        this.extension = extension;
    }

    /** The narrowest vector that the instruction exists for. */
    public VectorWidth leastWidth() {
        return switch (this) {
            case VEXTRACTI64X4 -> VectorWidth.ZMM;
            case VPERMD, VPERMT2Q, VEXTRACTI128 -> VectorWidth.YMM;
            default -> VectorWidth.XMM;
        };
    }

    /** The widest vector that the instruction exists for. */
    public VectorWidth greatestWidth() {
        return switch (this) {
            case VMOVD_STORE, VMOVQ_STORE, VPEXTRB -> VectorWidth.XMM;
            case VEXTRACTI128 -> VectorWidth.YMM;
            default -> VectorWidth.ZMM;
        };
    }
}
