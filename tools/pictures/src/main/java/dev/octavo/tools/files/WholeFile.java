package dev.octavo.tools.files;

import dev.octavo.runtime.format.FileReplacement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes small files that are either there whole, or as they were before. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Writes a text in UTF-8.
     *
     * @throws IOException if it cannot be written, or the file is there and no regular file; nothing is left behind
     */
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes bytes.
     *
     * @throws IOException if they cannot be written, or the file is there and no regular file; nothing is left behind
     */
    public static void write(Path file, byte[] bytes) throws IOException {
        FileReplacement.write(file, channel -> {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        });
    }
}
