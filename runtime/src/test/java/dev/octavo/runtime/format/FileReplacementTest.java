package dev.octavo.runtime.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReplacementTest {
    @TempDir
    private Path folder;

    @Test
    void keepsPermissions() throws IOException {
        Path file = Files.writeString(folder.resolve("model"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-rw-r--");
    }

    @Test
    void replacesWhatLinksLeadTo() throws IOException {
        Files.createDirectory(folder.resolve("store"));
        Path target = Files.writeString(folder.resolve("store/v1"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("model"), Path.of("store/v1"));
        write(link, "new");
        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent("new");
        Path open = Files.createSymbolicLink(folder.resolve("next"), Path.of("store/v2"));
        write(open, "first");
        assertThat(folder.resolve("store/v2")).hasContent("first");
        assertThat(open).isSymbolicLink();
    }

    @Test
    void leavesTheOldFileIfWritingFails() throws IOException {
        Path file = Files.writeString(folder.resolve("model"), "old");
        assertThatThrownBy(() -> FileReplacement.write(file, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[100]));
                    throw new IOException("No space left on device");
                }))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("No space left");
        assertThat(file).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        assertThatThrownBy(() -> write(folder, "x")).hasMessageContaining("is a folder");
    }

    private static void write(Path file, String text) throws IOException {
        FileReplacement.write(file, channel -> channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }
}
