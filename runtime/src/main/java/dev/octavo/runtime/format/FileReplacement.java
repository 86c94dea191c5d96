package dev.octavo.runtime.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files that are either there whole, or as they were before, also after a crash of the system: the new contents are
 * written beside the file, forced to the disk, and moved to its place. Who has mapped the old file keeps it.
 */
public final class FileReplacement {
    private FileReplacement() {}

    /** Writes the contents of a file. */
    @FunctionalInterface
    public interface Contents {
        /** Writes all of them to an empty file. */
        void write(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file. One that is there keeps its permissions; behind a symbolic link, the file that it leads to is replaced.
     *
     * @throws IOException if it cannot be written, or is there and no regular file; nothing is left behind
     */
    public static void write(Path file, Contents contents) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is a folder or a device and stays as it is: name a file");
        }
        Path target = target(file);
        // Not secure random numbers: to find a provider of such takes longer than to write a small model.
        String part = Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path unfinished = target.resolveSibling(target.getFileName() + "." + part + ".part");
        try {
            try (FileChannel channel =
                    FileChannel.open(unfinished, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                contents.write(channel);
                channel.force(true);
            }
            keepPermissions(target, unfinished);
            Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw naming(file, e);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static Path target(Path file) throws IOException {
        if (!Files.isSymbolicLink(file)) {
            return file;
        }
        // A link may lead to a file that is still to be made.
        return Files.exists(file) ? file.toRealPath() : file.resolveSibling(Files.readSymbolicLink(file));
    }

    private static void keepPermissions(Path target, Path unfinished) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(unfinished, PosixFileAttributeView.class);
        if (view != null && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            view.setPermissions(Files.getPosixFilePermissions(target));
        }
    }

    /** A full disk is reported without the name of the file that did not fit on it. */
    private static IOException naming(Path file, IOException e) {
        String message = e.getMessage();
        return message != null && message.contains(String.valueOf(file.getFileName()))
                ? e
                : new IOException(file + ": cannot be written: " + (message == null ? e.toString() : message), e);
    }
}
