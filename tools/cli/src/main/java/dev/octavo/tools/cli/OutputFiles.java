package dev.octavo.tools.cli;

import dev.octavo.tools.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Refuses before any work what would destroy a file that the user needs, or could not be written at the end. */
final class OutputFiles {
    private final CommandLine command;
    private final List<Path> read = new ArrayList<>();
    private final Map<String, Path> written = new LinkedHashMap<>();

    OutputFiles(CommandLine command) {
        this.command = command;
    }

    /** A file that the command reads. */
    OutputFiles reads(@Nullable Path file) {
        if (file != null) {
            read.add(file);
        }
        return this;
    }

    /** A file that an option names, which the command writes. */
    OutputFiles writes(String option, @Nullable Path file) {
        if (file != null) {
            written.put(option, file);
        }
        return this;
    }

    /**
     * Checks all files.
     *
     * @throws ParameterException if one is written twice, or read and written
     * @throws DataException if one cannot be written
     */
    void check() throws IOException {
        Map<String, Path> checked = new LinkedHashMap<>();
        for (Map.Entry<String, Path> output : written.entrySet()) {
            checkWritable(output.getKey(), output.getValue());
            for (Map.Entry<String, Path> other : checked.entrySet()) {
                if (same(output.getValue(), other.getValue())) {
                    throw new ParameterException(
                            command, other.getKey() + " and " + output.getKey() + " are both " + output.getValue());
                }
            }
            checked.put(output.getKey(), output.getValue());
        }
    }

    private void checkWritable(String option, Path file) throws IOException {
        for (Path source : read) {
            if (same(file, source)) {
                throw new ParameterException(command, option + " would overwrite " + file + ", which is read");
            }
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new DataException(file + ": exists and is not a file; give " + option + " another name");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new DataException(file + ": there is no folder " + folder + "; create it first");
        }
    }

    private static boolean same(Path one, Path other) throws IOException {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())
                || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
    }
}
