package dev.octavo.kernels.machine.x86;

import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VADDPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VCVTDQ2PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VCVTPS2DQ;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VDIVPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VFMADD132PS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMAXPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMINPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMOVDQU8;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VMULPS;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPADDD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPADDUSB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPERMD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPERMI2B;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSHUFB;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSLLD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSRAD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPSUBD;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VPXOR;
import static dev.octavo.kernels.machine.x86.assembler.VectorInstruction.VSUBPS;

import dev.octavo.kernels.Copy;
import dev.octavo.kernels.ElementType;
import dev.octavo.kernels.Fill;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.LookUp;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.QuantizedAdd;
import dev.octavo.kernels.QuantizedMultiply;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.work.Lines;
import dev.octavo.kernels.machine.x86.LineEmitter.Part;
import dev.octavo.kernels.machine.x86.assembler.Assembler;
import dev.octavo.kernels.machine.x86.assembler.Gpr;
import dev.octavo.kernels.machine.x86.assembler.Mask;
import dev.octavo.kernels.machine.x86.assembler.Memory;
import dev.octavo.kernels.machine.x86.assembler.VectorRegister;
import dev.octavo.kernels.machine.x86.assembler.VectorWidth;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Prepares kernels that treat each element by itself; empty where elements do not lie next to each other in all tensors. */
final class MachineElementwise {
    private static final float MAGIC = 0x1.8p23f;
    private static final int ELEMENTS_TOGETHER = 8;
    /** Bytes of a table that a shuffle within 128 bits selects from. */
    private static final int LANE_BYTES = 16;
    /** Of a table of 256 bytes. */
    private static final int ROWS = 256 / LANE_BYTES;
    /** Planes are interleaved byte by byte: a picture's, not a feature map's. */
    private static final int MOST_PLANES = 4;

    private final InstructionSet set;
    private final boolean permutesBytes;
    private final Arena arena;
    private final Assembler code;
    private final Simd simd;
    private final ConstantPool pool;

    MachineElementwise(CpuFeatures cpu, InstructionSet set, Arena arena) {
        this.set = set;
        this.permutesBytes = cpu.permutesBytes() && set == InstructionSet.AVX512_VNNI;
        this.arena = arena;
        this.code = new Assembler();
        this.simd = new Simd(code, set);
        this.pool = new ConstantPool(arena, WorkLoop.POOL);
    }

    private Kernel load(String operation, Lines lines, long table, LineEmitter.Body body)
            throws TierUnavailableException {
        return load(operation, List.of(new Part(lines, body)), table, simd.bytes());
    }

    private Kernel load(String operation, List<Part> parts, long table, int lanes) throws TierUnavailableException {
        return LineEmitter.load(
                operation + "-" + set.label(), parts, table, lanes, LineEmitter.SCRATCH_BYTES, code, simd, pool, arena);
    }

    private static Memory element(Gpr base, int bytes, long offset) {
        return Memory.at(base, LineEmitter.INDEX, bytes, offset);
    }

    private VectorRegister[] registers(int first) {
        return new VectorRegister[] {
            simd.register(first), simd.register(first + 1), simd.register(first + 2), simd.register(first + 3)
        };
    }

    /** Vector by vector, or, where that is a transposition, element by element. */
    Optional<Kernel> copy(Copy spec) throws TierUnavailableException {
        List<TensorView> views = List.of(spec.output(), spec.input());
        ElementType type = spec.output().type();
        Optional<Lines> dense = Lines.of(1, views);
        if (dense.isPresent()) {
            Part part = new Part(dense.get(), count -> move(type, WorkLoop.INPUT, count));
            return Optional.of(load(prefix(type) + "-copy", List.of(part), 0, simd.bytes() / type.bytes()));
        }
        Lines lines = Lines.even(views);
        long to = lines.elementStep(0);
        long from = lines.elementStep(1);
        if (Math.max(Math.abs(to), Math.abs(from)) > Integer.MAX_VALUE / ELEMENTS_TOGETHER) {
            return Optional.empty();
        }
        Part part = new Part(lines, List.of(to, from), count -> {
            for (int i = 0; i < count; i++) {
                moveElement(type, Memory.at(WorkLoop.INPUT, i * from), Memory.at(WorkLoop.OUTPUT, i * to));
            }
            WorkLoop.advance(code, WorkLoop.INPUT, count * from);
            WorkLoop.advance(code, WorkLoop.OUTPUT, count * to);
        });
        return Optional.of(load(prefix(type) + "-transpose", List.of(part), 0, ELEMENTS_TOGETHER));
    }

    private void moveElement(ElementType type, Memory source, Memory target) {
        if (type.bytes() == 1) {
            code.movzxByte(Gpr.RCX, source);
            code.movByte(target, Gpr.RCX);
        } else {
            code.movDword(Gpr.RCX, source);
            code.movDword(target, Gpr.RCX);
        }
    }

    private static String prefix(ElementType type) {
        return type.quantized() ? "q8" : "f32";
    }

    /** The elements at {@link LineEmitter#INDEX} from one place to the output. */
    private void move(ElementType type, Gpr source, int count) {
        simd.load(simd.register(0), element(source, type.bytes(), 0));
        Memory output = element(WorkLoop.OUTPUT, type.bytes(), 0);
        if (type.bytes() == 1) {
            simd.storeBytes(output, simd.register(0), count, simd.register(1));
        } else {
            simd.storeInts(output, simd.register(0), count, simd.register(1));
        }
    }

    /** A pattern, repeated in memory as often as the longest line needs. */
    Optional<Kernel> fill(Fill spec) throws TierUnavailableException {
        byte[] pattern = spec.pattern();
        List<Part> parts = new ArrayList<>();
        ElementType type = spec.output().type();
        LineEmitter.Body body = count -> move(type, WorkLoop.WEIGHTS, count);
        int longest = 0;
        for (TensorView view : spec.outputs()) {
            if (pattern.length > type.bytes() && view.stride(1) != type.bytes()) {
                return Optional.empty();
            }
            Optional<Lines> lines = Lines.of(pattern.length / type.bytes(), List.of(view));
            if (lines.isEmpty()) {
                return Optional.empty();
            }
            parts.add(new Part(lines.get(), body));
            for (Lines.Piece piece : lines.get().pieces()) {
                longest = Math.max(longest, piece.length());
            }
        }
        MemorySegment repeated = arena.allocate((long) longest * type.bytes() + VectorWidth.ZMM.bytes(), 64);
        MemorySegment.copy(pattern, 0, repeated, ValueLayout.JAVA_BYTE, 0, pattern.length);
        for (long done = pattern.length; done < repeated.byteSize(); done *= 2) {
            MemorySegment.copy(repeated, 0, repeated, done, Math.min(done, repeated.byteSize() - done));
        }
        return Optional.of(load(prefix(type) + "-fill", parts, repeated.address(), simd.bytes() / type.bytes()));
    }

    /** A table look-up: with AVX512_VBMI by permutations of the whole table, else by shuffles of 16 bytes at a time. */
    Optional<Kernel> lookUp(LookUp spec) throws TierUnavailableException {
        Optional<Lines> lines = Lines.of(1, List.of(spec.output(), spec.input()));
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        byte[] table = spec.table();
        if (permutesBytes) {
            MemorySegment whole = arena.allocate(table.length, 64);
            MemorySegment.copy(table, 0, whole, ValueLayout.JAVA_BYTE, 0, table.length);
            return Optional.of(load("q8-lookup-vbmi", lines.get(), whole.address(), this::permuteTable));
        }
        MemorySegment repeated = arena.allocate((long) ROWS * VectorWidth.ZMM.bytes(), 64);
        for (int at = 0; at < repeated.byteSize(); at += LANE_BYTES) {
            int row = at / VectorWidth.ZMM.bytes();
            MemorySegment.copy(table, row * LANE_BYTES, repeated, ValueLayout.JAVA_BYTE, at, LANE_BYTES);
        }
        return Optional.of(load("q8-lookup-shuffle", lines.get(), repeated.address(), this::shuffleTable));
    }

    /**
     * The table as 16 rows of 16 bytes, one after the other: a shuffle gives 0 where the highest bit of an index is set, and that of
     * {@code x ^ row} is, saturated, wherever the byte belongs to another row.
     */
    private void shuffleTable(int count) {
        VectorRegister index = simd.register(0);
        VectorRegister result = simd.register(1);
        VectorRegister found = simd.register(2);
        VectorRegister selected = simd.register(3);
        VectorRegister others = simd.register(4);
        simd.load(others, pool.repeatedByte(0x70));
        simd.load(index, element(WorkLoop.INPUT, 1, 0));
        for (int row = 0; row < ROWS; row++) {
            VectorRegister into = row == 0 ? result : found;
            if (row > 0) {
                code.emit(VPXOR, index, index, pool.repeatedByte((row ^ (row - 1)) << 4));
            }
            code.emit(VPADDUSB, selected, index, others);
            simd.load(into, Memory.at(WorkLoop.WEIGHTS, (long) row * VectorWidth.ZMM.bytes()));
            code.emit(VPSHUFB, into, into, selected);
            if (row > 0) {
                code.emit(VPXOR, result, result, found);
            }
        }
        simd.storeBytes(element(WorkLoop.OUTPUT, 1, 0), result, count, found);
    }

    /** Both halves of the table by the low seven bits, and of those the one that the highest bit says. */
    private void permuteTable(int count) {
        VectorRegister lower = simd.register(0);
        VectorRegister upper = simd.register(1);
        VectorRegister table = simd.register(2);
        simd.load(lower, element(WorkLoop.INPUT, 1, 0));
        simd.copy(upper, lower);
        code.vpmovb2m(Mask.K2, lower);
        simd.load(table, Memory.at(WorkLoop.WEIGHTS));
        code.emit(VPERMI2B, lower, table, Memory.at(WorkLoop.WEIGHTS, 64));
        simd.load(table, Memory.at(WorkLoop.WEIGHTS, 128));
        code.emit(VPERMI2B, upper, table, Memory.at(WorkLoop.WEIGHTS, 192));
        code.emit(VMOVDQU8, lower.masked(Mask.K2), upper);
        simd.storeBytes(element(WorkLoop.OUTPUT, 1, 0), lower, count, upper);
    }

    /** Four vectors of floats from one of bytes, in the order that {@link ByteStore} packs; signed bytes are scaled by 2^24. */
    private void widen(VectorRegister[] floats, VectorRegister bytes, ElementType type) {
        for (int j = 0; j < floats.length; j++) {
            code.emit(VPSHUFB, floats[j], bytes, pool.bytes(ByteStore.elementsOf(j, type == ElementType.INT8)));
            code.emit(VCVTDQ2PS, floats[j], floats[j]);
        }
    }

    private static float scaled(float value, ElementType type) {
        return type == ElementType.INT8 ? Math.scalb(value, -24) : value;
    }

    private static float unscaled(float value, ElementType type) {
        return type == ElementType.INT8 ? Math.scalb(value, 24) : value;
    }

    private void subtractZero(VectorRegister floats, int zero) {
        if (zero != 0) {
            code.emit(VSUBPS, floats, floats, pool.repeatedFloat(zero));
        }
    }

    private void clampAndStore(VectorRegister[] values, TensorView output, int low, int high, int count) {
        ByteStore bytes = new ByteStore(code, pool, output.type());
        bytes.pack(values, false);
        bytes.atLeast(values[0], low);
        bytes.atMost(values[0], high);
        simd.storeBytes(element(WorkLoop.OUTPUT, 1, 0), values[0], count, values[1]);
    }

    Optional<Kernel> add(QuantizedAdd spec) throws TierUnavailableException {
        Optional<Lines> lines = Lines.of(1, List.of(spec.output(), spec.left(), spec.right()));
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        float left = scaled(spec.leftMultiplier().value(), spec.left().type());
        float right = scaled(spec.rightMultiplier().value(), spec.right().type());
        VectorRegister[] first = registers(0);
        VectorRegister[] second = registers(4);
        VectorRegister bytes = simd.register(8);
        VectorRegister offset = simd.register(9);
        return Optional.of(load("q8-add", lines.get(), 0, count -> {
            if (spec.offset() != 0) {
                simd.load(offset, pool.repeatedFloat(spec.offset()));
            }
            simd.load(bytes, element(WorkLoop.INPUT, 1, 0));
            widen(first, bytes, spec.left().type());
            simd.load(bytes, element(WorkLoop.RESIDUAL, 1, 0));
            widen(second, bytes, spec.right().type());
            for (int j = 0; j < first.length; j++) {
                if (spec.offset() == 0) {
                    code.emit(VMULPS, second[j], second[j], pool.repeatedFloat(right));
                } else {
                    code.emit(VFMADD132PS, second[j], offset, pool.repeatedFloat(right));
                }
                code.emit(VFMADD132PS, first[j], second[j], pool.repeatedFloat(left));
                code.emit(VCVTPS2DQ, first[j], first[j]);
            }
            clampAndStore(first, spec.output(), spec.low(), spec.high(), count);
        }));
    }

    /** A product of two bytes with a bias is exact in single precision. Signed bytes have no code of 0 but 0. */
    Optional<Kernel> multiply(QuantizedMultiply spec) throws TierUnavailableException {
        Optional<Lines> lines = Lines.of(1, List.of(spec.output(), spec.left(), spec.right()));
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        float scale = scaled(
                scaled(spec.multiplier().value(), spec.left().type()),
                spec.right().type());
        float bias =
                unscaled(unscaled(spec.bias(), spec.left().type()), spec.right().type());
        float least = (float) (MAGIC + RequantizationEmitter.LEAST_EXACT);
        VectorRegister[] first = registers(0);
        VectorRegister[] second = registers(4);
        VectorRegister magic = simd.register(8);
        VectorRegister bytes = simd.register(9);
        return Optional.of(load("q8-multiply", lines.get(), 0, count -> {
            simd.load(magic, pool.repeatedFloat(MAGIC));
            simd.load(bytes, element(WorkLoop.INPUT, 1, 0));
            widen(first, bytes, spec.left().type());
            simd.load(bytes, element(WorkLoop.RESIDUAL, 1, 0));
            widen(second, bytes, spec.right().type());
            for (int j = 0; j < first.length; j++) {
                subtractZero(first[j], spec.leftZero());
                subtractZero(second[j], spec.rightZero());
                code.emit(VMULPS, first[j], first[j], second[j]);
                if (spec.bias() != 0) {
                    code.emit(VADDPS, first[j], first[j], pool.repeatedFloat(bias));
                }
                code.emit(VFMADD132PS, first[j], magic, pool.repeatedFloat(scale));
                code.emit(VMAXPS, first[j], first[j], pool.repeatedFloat(least));
                code.emit(VPSUBD, first[j], first[j], magic);
            }
            clampAndStore(first, spec.output(), spec.low(), spec.high(), count);
        }));
    }

    /** Rows of floats to rows of bytes; or planes of floats, channel by channel, to interleaved bytes. */
    Optional<Kernel> quantize(Quantize spec) throws TierUnavailableException {
        int channels = spec.scales().length;
        Optional<Lines> lines = channels == 1 || spec.output().stride(1) == 1
                ? Lines.of(channels, List.of(spec.output(), spec.input()))
                : Optional.empty();
        if (lines.isEmpty()) {
            return quantizePlanes(spec);
        }
        int longest = lines.get().pieces().stream()
                .mapToInt(Lines.Piece::length)
                .max()
                .orElseThrow();
        int padded = longest + VectorWidth.ZMM.bytes();
        float[] values = new float[2 * padded];
        float[] scales = spec.scales();
        float[] shifts = spec.shifts();
        for (int i = 0; i < padded; i++) {
            values[i] = scales[i % channels];
            values[padded + i] = shifts[i % channels];
        }
        MemorySegment factors = arena.allocate((long) values.length * Float.BYTES, 64);
        MemorySegment.copy(values, 0, factors, ValueLayout.JAVA_FLOAT, 0, values.length);
        return Optional.of(load("f32-quantize", lines.get(), factors.address(), count -> {
            VectorRegister bytes = quantized(
                    spec,
                    j -> element(WorkLoop.WEIGHTS, Float.BYTES, (long) j * simd.bytes()),
                    j -> element(WorkLoop.WEIGHTS, Float.BYTES, (long) padded * Float.BYTES + (long) j * simd.bytes()));
            simd.storeBytes(element(WorkLoop.OUTPUT, 1, 0), bytes, count, simd.register(1));
        }));
    }

    private Optional<Kernel> quantizePlanes(Quantize spec) throws TierUnavailableException {
        TensorView output = spec.output();
        if (output.rank() < 2 || output.size(1) > MOST_PLANES) {
            return Optional.empty();
        }
        List<Part> parts = new ArrayList<>();
        int[] start = new int[output.rank()];
        int[] plane = output.shape();
        plane[1] = 1;
        for (int channel = 0; channel < output.size(1); channel++) {
            start[1] = channel;
            Optional<Lines> lines = Lines.scattered(
                    List.of(output.window(start, plane), spec.input().window(start, plane)));
            if (lines.isEmpty()) {
                return Optional.empty();
            }
            int index = spec.scales().length == 1 ? 0 : channel;
            Memory scale = pool.repeatedFloat(spec.scales()[index]);
            Memory shift = pool.repeatedFloat(spec.shifts()[index]);
            long step = lines.get().elementStep(0);
            parts.add(new Part(lines.get(), List.of(step), count -> {
                simd.store(Memory.at(WorkLoop.SCRATCH), quantized(spec, j -> scale, j -> shift));
                for (int i = 0; i < count; i++) {
                    code.movzxByte(Gpr.RCX, Memory.at(WorkLoop.SCRATCH, i));
                    code.movByte(Memory.at(WorkLoop.OUTPUT, i * step), Gpr.RCX);
                }
                WorkLoop.advance(code, WorkLoop.OUTPUT, count * step);
            }));
        }
        return Optional.of(load("f32-quantize-planes", parts, 0, simd.bytes()));
    }

    /**
     * A vector of bytes from the floats at {@link LineEmitter#INDEX}. They are clamped before they are rounded, with NaN passing
     * through; the conversion makes that the least int32, which a shift to the left takes to 0. The zero point is added to what
     * is rounded, and taken from the bounds before.
     */
    private VectorRegister quantized(Quantize spec, IntFunction<Memory> scales, IntFunction<Memory> shifts) {
        VectorRegister[] values = registers(0);
        VectorRegister factor = simd.register(4);
        for (int j = 0; j < values.length; j++) {
            VectorRegister value = values[j];
            simd.load(value, element(WorkLoop.INPUT, Float.BYTES, (long) j * simd.bytes()));
            code.emit(VSUBPS, value, value, shifts.apply(j));
            code.emit(VDIVPS, value, value, scales.apply(j));
            simd.load(factor, pool.repeatedFloat(spec.high() - spec.zeroPoint()));
            code.emit(VMINPS, value, factor, value);
            simd.load(factor, pool.repeatedFloat(spec.low() - spec.zeroPoint()));
            code.emit(VMAXPS, value, factor, value);
            code.emit(VCVTPS2DQ, value, value);
            code.emit(VPSLLD, value, value, 1);
            code.emit(VPSRAD, value, value, 1);
            if (spec.zeroPoint() != 0) {
                code.emit(VPADDD, value, value, pool.repeatedInt(spec.zeroPoint()));
            }
        }
        ByteStore bytes = new ByteStore(code, pool, spec.output().type());
        bytes.pack(values, false);
        simd.load(factor, pool.bytes(laneOrder()));
        code.emit(VPERMD, values[0], factor, values[0]);
        bytes.atLeast(values[0], spec.low());
        bytes.atMost(values[0], spec.high());
        return values[0];
    }

    /** Indices for {@code vpermd} that put packed 32-bit groups, which lie lane by lane, in the order of the vectors. */
    private byte[] laneOrder() {
        int lanes = simd.bytes() / 16;
        byte[] order = new byte[64];
        for (int j = 0; j < 4; j++) {
            for (int lane = 0; lane < lanes; lane++) {
                order[4 * (j * lanes + lane)] = (byte) (4 * lane + j);
            }
        }
        return order;
    }
}
