package dev.octavo.tools.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files that are either there whole, or as they were before. */
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
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is a folder or a device and stays as it is: name a file");
        }
        Path unfinished = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            Files.write(unfinished, bytes, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
