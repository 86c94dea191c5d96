package dev.octavo.tools.cli;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What to tell the user of an exception, in one line. */
final class Failure {
    private Failure() {}

    /**
     * Our own exceptions speak to the user; those of others get their class name as well, which may be all that they say.
     */
    static String describe(Throwable failure) {
        String text = switch (failure) {
            case UncheckedIOException e when e.getCause() != null -> describe(e.getCause());
            case NoSuchFileException e -> e.getFile() + ": no such file or folder";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case FileAlreadyExistsException e -> e.getFile() + ": exists already";
            case FileSystemException e -> e.getMessage();
            case OutOfMemoryError e ->
                "out of memory; give the JVM more, such as OCTAVO_JAVA_OPTS=-Xmx8g (" + e.getMessage() + ")";
            default -> isOurs(failure) ? failure.getMessage() : failure.toString();
        };
        return text == null ? failure.toString() : oneLine(text);
    }

    /** Lines that follow each other become parts with a semicolon between them; a line that announces others does not. */
    static String oneLine(String text) {
        return text.strip().replaceAll("([:;,.])\\s*\\R\\s*", "$1 ").replaceAll("\\s*\\R\\s*", "; ");
    }

    private static boolean isOurs(Throwable failure) {
        return failure.getClass().getPackageName().startsWith("dev.octavo.")
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException;
    }
}
