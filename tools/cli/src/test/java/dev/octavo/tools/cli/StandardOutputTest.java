package dev.octavo.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Output that somebody stopped to read. */
final class StandardOutputTest {
    private final StringWriter err = new StringWriter();

    @Test
    void standardOutputRemembersThatItFailed() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        StandardOutput output = new StandardOutput(full);
        PrintWriter writer = new PrintWriter(output, true, StandardCharsets.UTF_8);
        writer.println("lost");
        writer.println("lost, too");
        assertThat(output.failure()).isPresent();
        assertThat(output.complain(new PrintWriter(err, true))).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("octavo: standard output cannot be written: No space left on device");
    }
}
