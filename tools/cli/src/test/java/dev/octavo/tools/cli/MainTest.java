package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void explainsItself() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: octavo");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void explainsItselfWithoutArguments() {
        assertThat(run()).isZero();
        assertThat(out.toString()).startsWith("Usage: octavo").contains("convert", "eval");
    }

    @Test
    void escapesControlCharacters() {
        assertThat(Terminal.escaped("a\u001b[31m\n\u202e ö ×")).isEqualTo("a\\u001b[31m\\u000a\\u202e ö ×");
        assertThat(Failure.describe(new IllegalArgumentException("node '\u001b]0;x\u0007'")))
                .isEqualTo("node '\\u001b]0;x\\u0007'");
    }

    @ParameterizedTest
    @CsvSource({"nonsense,nonsense", "--nonsense,--nonsense", "convrt,did you mean convert?"})
    void answersWrongUsageInOneLine(String arguments, String message) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("octavo: ")
                .contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void describesFailuresInOneLine() {
        assertThat(Failure.describe(new IllegalArgumentException(" these:\n   first\r\nsecond\n")))
                .isEqualTo("these: first; second");
        assertThat(Failure.describe(new UncheckedIOException(new NoSuchFileException("model.onnx"))))
                .isEqualTo("model.onnx: no such file or folder");
        assertThat(Failure.describe(new UncheckedIOException(new IOException("broken"))))
                .isEqualTo("java.io.IOException: broken");
        assertThat(Failure.describe(new ArrayIndexOutOfBoundsException(3)))
                .startsWith("java.lang.ArrayIndexOutOfBoundsException");
        assertThat(Failure.describe(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }
}
