package dev.octavo.tools.cli;

import dev.octavo.tools.files.FileFailure;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;

/** What to tell the user of an exception, in one line. */
final class Failure {
    private Failure() {}

    /**
     * Our own exceptions speak to the user; those of others get their class name as well, which may be all that they say.
     */
    static String describe(Throwable failure) {
        String text = switch (failure) {
            case UncheckedIOException e when e.getCause() != null -> describe(e.getCause());
            case FileSystemException e when e.getFile() != null -> e.getFile() + ": " + FileFailure.reason(e);
            case OutOfMemoryError e ->
                "out of memory; give the JVM more, such as OCTAVO_JAVA_OPTS=-Xmx8g (" + e.getMessage() + ")";
            default -> isOurs(failure) ? failure.getMessage() : failure.toString();
        };
        return Terminal.escaped(oneLine(text == null ? failure.toString() : text));
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
