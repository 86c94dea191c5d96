package dev.octavo.tools.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Standard output, which remembers why it could not be written. What comes after that is lost. */
final class StandardOutput extends OutputStream {
    /** What the systems call a pipe that nobody reads any longer, as after {@code | head}. */
    private static final String CLOSED_PIPE = "(?i).*(broken pipe|pipe is being closed|pipe has been ended).*";

    private final OutputStream out;
    private @Nullable IOException failure;

    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (failure == null) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    /** What went wrong first, if anything did. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Says in one line what went wrong, unless the reader just had enough; returns what the program ends with. */
    int complain(PrintWriter err) {
        failure()
                .map(e -> String.valueOf(e.getMessage()))
                .filter(message -> !message.matches(CLOSED_PIPE))
                .ifPresent(message -> err.println("octavo: standard output cannot be written: " + message));
        return 1;
    }
}
