package dev.octavo.kernels.machine.x86.assembler;

import static dev.octavo.kernels.machine.x86.assembler.VectorRegister.xmm;
import static dev.octavo.kernels.machine.x86.assembler.VectorRegister.ymm;
import static dev.octavo.kernels.machine.x86.assembler.VectorRegister.zmm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AssemblerTest {
    /** Lines of {@code instruction | bytes}, the bytes as GNU as writes them. */
    private static List<String> golden() throws IOException {
        try (InputStream stream = AssemblerTest.class.getResourceAsStream("instructions.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    @Test
    void writesTheBytesOfAnotherAssembler() throws IOException {
        SoftAssertions softly = new SoftAssertions();
        for (String line : golden()) {
            String[] parts = line.split(" \\| ");
            softly.assertThat(HexFormat.of().formatHex(AssemblyText.assemble(parts[0])))
                    .as(parts[0])
                    .isEqualTo(parts[1]);
        }
        softly.assertAll();
    }

    @Test
    void everyVectorInstructionIsCovered() throws IOException {
        String text = String.join("\n", golden());
        for (VectorInstruction instruction : VectorInstruction.values()) {
            String mnemonic = instruction.name().toLowerCase(Locale.ROOT).replace("_store", "");
            assertThat(text).contains(mnemonic);
        }
    }

    @Test
    void jumpsBackShortAndForwardLong() {
        Assembler code = new Assembler();
        Label end = new Label();
        Label start = code.here();
        code.dec(Gpr.RAX);
        code.jump(Condition.EQUAL, end);
        code.jump(Condition.NOT_EQUAL, start);
        code.jump(end);
        code.bind(end);
        code.ret();
        assertThat(code.toByteArray())
                .isEqualTo(HexFormat.of().parseHex("48ffc8" + "0f8407000000" + "75f5" + "e900000000" + "c3"));
    }

    @Test
    void jumpsFarBackWith32Bits() {
        Assembler code = new Assembler();
        Label start = code.here();
        code.align(64);
        code.ret();
        code.align(64);
        code.ret();
        code.align(64);
        code.ret();
        code.jump(start);
        assertThat(code.toByteArray()).hasSize(129 + 5).endsWith(HexFormat.of().parseHex("e97affffff"));
    }

    @Test
    void refusesWhatCannotBeEncoded() {
        Memory memory = Memory.at(Gpr.RAX);
        refuses(code -> code.emit(VectorInstruction.VPADDD, zmm(0), ymm(1), zmm(2)));
        refuses(code -> code.emit(VectorInstruction.VPADDD, zmm(0), zmm(1), ymm(2)));
        refuses(code -> code.emit(VectorInstruction.VPMAXUB, zmm(0), zmm(1), memory.broadcasting()));
        refuses(code -> code.emit(VectorInstruction.VMOVDQU, ymm(16), memory));
        refuses(code -> code.emit(VectorInstruction.VMOVDQU, zmm(0), memory));
        refuses(code -> code.emit(VectorInstruction.VMOVDQU, ymm(0).masked(Mask.K1), memory));
        refuses(code -> code.emit(VectorInstruction.VPADDD, zmm(0), zmm(1).masked(Mask.K1), zmm(2)));
        refuses(code -> code.emit(VectorInstruction.VMOVDQU32_STORE, memory.broadcasting(), zmm(0)));
        refuses(code -> code.emit(VectorInstruction.VPMOVZXBD, zmm(0), ymm(1)));
        refuses(code -> code.emit(VectorInstruction.VPERMD, xmm(0), xmm(1), xmm(2)));
        refuses(code -> code.emit(VectorInstruction.VPSRAD, zmm(0), zmm(1), 256));
        refuses(code -> code.emit(VectorInstruction.VPSRAD, zmm(0), zmm(1)));
        refuses(code -> code.emit(VectorInstruction.VCVTDQ2PS, zmm(0), zmm(1), zmm(2)));
        refuses(code -> code.emit(VectorInstruction.VCVTDQ2PS, memory, zmm(1)));
        refuses(code -> code.add(Gpr.RAX, 1L << 31));
        refuses(code -> code.mov(Gpr.RAX, memory.broadcasting()));
        refuses(code -> code.jump(new Label()));
        refuses(code -> {
            Label twice = code.here();
            code.bind(twice);
        });
        assertThatIllegalArgumentException().isThrownBy(() -> Memory.at(Gpr.RAX, Gpr.RSP, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Memory.at(Gpr.RAX, Gpr.RCX, 3, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Memory.at(Gpr.RAX, 1L << 31));
        assertThatIllegalArgumentException().isThrownBy(() -> zmm(32));
        assertThatIllegalArgumentException().isThrownBy(() -> zmm(1).zeroedOutside(Mask.K0));
    }

    private static void refuses(java.util.function.Consumer<Assembler> emission) {
        assertThatIllegalArgumentException().isThrownBy(() -> {
            Assembler code = new Assembler();
            emission.accept(code);
            code.toByteArray();
        });
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void alignmentIsPaddedWithNops(int before) {
        Assembler code = new Assembler();
        for (int i = 0; i < before; i++) {
            code.ret();
        }
        code.align(32);
        assertThat(code.toByteArray()).hasSize((before + 31) / 32 * 32);
    }

    private static Stream<Integer> lengths() {
        return Stream.of(0, 1, 7, 23, 31, 32, 33);
    }
}
