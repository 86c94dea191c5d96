package dev.octavo.kernels.machine.x86.assembler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one line of Intel syntax and has an {@link Assembler} write it, so that tests can quote another assembler. */
final class AssemblyText {
    private static final Map<String, VectorInstruction> SPELLINGS = Map.of(
            "vpxord", VectorInstruction.VPXOR,
            "vpord", VectorInstruction.VPOR,
            "vpandd", VectorInstruction.VPAND);
    private static final Pattern MASK = Pattern.compile("\\{k([1-7])}");

    private AssemblyText() {}

    static byte[] assemble(String line) {
        Assembler code = new Assembler();
        String text = line.replace("{vex} ", "");
        int space = text.indexOf(' ');
        String mnemonic = space < 0 ? text : text.substring(0, space);
        List<String> operands = new ArrayList<>();
        if (space >= 0) {
            for (String operand : text.substring(space + 1).split(",")) {
                operands.add(operand.strip());
            }
        }
        if (mnemonic.startsWith("v") && !mnemonic.equals("vzeroupper")) {
            vector(code, mnemonic, operands);
        } else {
            general(code, mnemonic, operands);
        }
        return code.toByteArray();
    }

    private static void vector(Assembler code, String mnemonic, List<String> operands) {
        if (mnemonic.equals("vpmovb2m")) {
            Mask mask = Mask.valueOf(operands.getFirst().toUpperCase(Locale.ROOT));
            code.vpmovb2m(mask, (VectorRegister) operand(operands.getLast()));
            return;
        }
        if (mnemonic.equals("vpmovd2m")) {
            Mask mask = Mask.valueOf(operands.getFirst().toUpperCase(Locale.ROOT));
            code.vpmovd2m(mask, (VectorRegister) operand(operands.getLast()));
            return;
        }
        if (mnemonic.equals("vblendvps")) {
            code.vblendvps(
                    (VectorRegister) operand(operands.getFirst()),
                    (VectorRegister) operand(operands.get(1)),
                    operand(operands.get(2)),
                    (VectorRegister) operand(operands.getLast()));
            return;
        }
        if (mnemonic.equals("vcmpps")) {
            Mask mask = Mask.valueOf(operands.getFirst().toUpperCase(Locale.ROOT));
            VectorRegister left = (VectorRegister) operand(operands.get(1));
            code.vcmpps(mask, left, operand(operands.get(2)), Integer.parseInt(operands.getLast()));
            return;
        }
        Operand first = operand(operands.getFirst());
        boolean store = first instanceof Memory && !mnemonic.startsWith("vpmov") && !mnemonic.contains("extr");
        String name = (mnemonic + (store ? "_store" : "")).toUpperCase(Locale.ROOT);
        VectorInstruction instruction =
                SPELLINGS.containsKey(mnemonic) ? SPELLINGS.get(mnemonic) : VectorInstruction.valueOf(name);
        String last = operands.getLast();
        if (Character.isDigit(last.charAt(0))) {
            code.emit(instruction, first, operand(operands.get(1)), Integer.parseInt(last));
        } else if (operands.size() == 2) {
            code.emit(instruction, first, operand(last));
        } else {
            code.emit(instruction, (VectorRegister) first, (VectorRegister) operand(operands.get(1)), operand(last));
        }
    }

    private static void general(Assembler code, String mnemonic, List<String> operands) {
        String first = operands.isEmpty() ? "" : operands.getFirst();
        String last = operands.isEmpty() ? "" : operands.getLast();
        switch (mnemonic) {
            case "ret" -> code.ret();
            case "cpuid" -> code.cpuid();
            case "xgetbv" -> code.xgetbv();
            case "vzeroupper" -> code.vzeroupper();
            case "push" -> code.push(gpr(first));
            case "pop" -> code.pop(gpr(first));
            case "dec" -> code.dec(gpr(first));
            case "test" -> code.test(gpr(first), gpr(last));
            case "xor" -> code.xor(gpr(first), gpr(last));
            case "imul" -> code.imul(gpr(first), gpr(operands.get(1)), Long.parseLong(last));
            case "kmovq" -> code.kmovq(Mask.valueOf(first.toUpperCase(Locale.ROOT)), gpr(last));
            case "lea" -> code.lea(gpr(first), memory(last));
            case "prefetcht1" -> code.prefetcht1(memory(first));
            case "movzx" -> code.movzxByte(gpr(first), memory(last));
            case "add", "sub", "cmp", "mov", "movabs" -> {
                if (first.contains("[")) {
                    store(code, first, gpr(last));
                } else if (last.contains("[")) {
                    load(code, mnemonic, gpr(first), last);
                } else if (isGpr(last)) {
                    registers(code, mnemonic, gpr(first), gpr(last));
                } else {
                    immediate(code, mnemonic, gpr(first), Long.parseLong(last));
                }
            }
            default -> throw new IllegalArgumentException(mnemonic);
        }
    }

    private static void store(Assembler code, String destination, Gpr source) {
        switch (destination.split(" ")[0]) {
            case "byte" -> code.movByte(memory(destination), source);
            case "dword" -> code.movDword(memory(destination), source);
            default -> code.mov(memory(destination), source);
        }
    }

    private static void load(Assembler code, String mnemonic, Gpr destination, String source) {
        switch (mnemonic + " " + source.split(" ")[0]) {
            case "add qword" -> code.add(destination, memory(source));
            case "cmp qword" -> code.cmp(destination, memory(source));
            case "mov dword" -> code.movDword(destination, memory(source));
            default -> code.mov(destination, memory(source));
        }
    }

    private static void registers(Assembler code, String mnemonic, Gpr destination, Gpr source) {
        switch (mnemonic) {
            case "add" -> code.add(destination, source);
            case "sub" -> code.sub(destination, source);
            case "cmp" -> code.cmp(destination, source);
            default -> code.mov(destination, source);
        }
    }

    private static void immediate(Assembler code, String mnemonic, Gpr destination, long constant) {
        switch (mnemonic) {
            case "add" -> code.add(destination, constant);
            case "sub" -> code.sub(destination, constant);
            case "cmp" -> code.cmp(destination, constant);
            default -> code.mov(destination, constant);
        }
    }

    private static Operand operand(String text) {
        Matcher matcher = MASK.matcher(text);
        Mask mask = matcher.find() ? Mask.valueOf("K" + matcher.group(1)) : Mask.K0;
        String bare = text.replaceAll("\\{(k[1-7]|z)}", "");
        if (bare.contains("[")) {
            return memory(bare).masked(mask);
        }
        VectorRegister register = VectorRegister.of(
                VectorWidth.valueOf(bare.substring(0, 3).toUpperCase(Locale.ROOT)),
                Integer.parseInt(bare.substring(3)));
        return mask == Mask.K0 ? register : text.contains("{z}") ? register.zeroedOutside(mask) : register.masked(mask);
    }

    private static Memory memory(String text) {
        List<Gpr> registers = new ArrayList<>();
        int scale = 1;
        int displacement = 0;
        String inside = text.substring(text.indexOf('[') + 1, text.indexOf(']'));
        for (String term : inside.replace("-", "+-").split("\\+")) {
            if (term.contains("*")) {
                scale = term.charAt(0) - '0';
                registers.add(gpr(term.substring(2)));
            } else if (isGpr(term)) {
                registers.add(gpr(term));
            } else {
                displacement = Integer.parseInt(term);
            }
        }
        Memory memory = registers.size() == 1
                ? Memory.at(registers.getFirst(), displacement)
                : Memory.at(registers.getFirst(), registers.getLast(), scale, displacement);
        return text.contains("{1to") ? memory.broadcasting() : memory;
    }

    private static boolean isGpr(String name) {
        return Arrays.stream(Gpr.values()).anyMatch(register -> register.name().equals(fullName(name)));
    }

    private static Gpr gpr(String name) {
        return Gpr.valueOf(fullName(name));
    }

    /** The 64-bit register that a name of a part of it belongs to. */
    private static String fullName(String name) {
        String full = name.matches("r\\d+[db]")
                ? name.substring(0, name.length() - 1)
                : name.matches("e..") ? "r" + name.substring(1) : name;
        return switch (full) {
            case "al" -> "RAX";
            case "sil" -> "RSI";
            default -> full.toUpperCase(Locale.ROOT);
        };
    }
}
