package dev.octavo.kernels.machine.memory;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Names emitted code for {@code perf}, in the file {@code /tmp/perf-<pid>.map} that it reads for code without symbols. Off
 * unless the property {@code octavo.perfmap} is {@code true}, since the file outlives the process.
 */
final class PerfMap {
    private static final boolean ENABLED = Boolean.getBoolean("octavo.perfmap");

    private PerfMap() {}

    /** Adds one line if the map is enabled; a file that cannot be written is logged and otherwise ignored. */
    static void add(long address, long bytes, String name) {
        if (ENABLED) {
            append(Path.of("/tmp/perf-" + ProcessHandle.current().pid() + ".map"), address, bytes, name);
        }
    }

    static synchronized void append(Path map, long address, long bytes, String name) {
        String line = Long.toHexString(address) + " " + Long.toHexString(bytes) + " octavo:" + name + "\n";
        try {
            Files.writeString(
                    map, line, StandardCharsets.US_ASCII, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            System.getLogger(PerfMap.class.getName()).log(Level.WARNING, "cannot write " + map, e);
        }
    }
}
